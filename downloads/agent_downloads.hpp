// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a controller offers to servers that are to become source servers: archives of the agent, and
// the command that they are installed by (F35, F45).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "downloads/archives.hpp"
#include "downloads/install_script.hpp"

namespace ferry {

/// Any thread may call; calls read files.
class AgentDownloads {
 public:
  AgentDownloads(std::filesystem::path folder, DownloadPlace place)
      : archives_(std::move(folder)), place_(std::move(place)) {}

  /// Errors: agent_archive_missing; invalid_argument for a code that is none.
  [[nodiscard]] Result<InstallCommand> command(const std::string& code) const;
  /// Errors: agent_archive_missing.
  [[nodiscard]] Result<std::string> script() const;
  [[nodiscard]] const Archives& archives() const { return archives_; }

  /// A place among those that download now, given back with the last copy of it; null if there are
  /// too many, of all addresses or of this one.
  [[nodiscard]] std::shared_ptr<void> enter(const std::string& client);

 private:
  void leave(const std::string& client);

  Archives archives_;
  DownloadPlace place_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> downloading_;  // by address
  std::size_t all_ = 0;
};

}  // namespace ferry
