// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The agent's archives in a folder, as scripts/package makes them. Nothing else in the folder is
// seen, whatever it is called: no link, no folder, no file that is too large.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "messages/agent_download.hpp"

namespace ferry {

/// What a file's name says: "edgeferry-agent-0.1.0-linux-x86_64.tar.gz".
struct ArchiveName {
  std::string version;
  std::string architecture;
};
/// Nothing for any other name.
[[nodiscard]] std::optional<ArchiveName> parse_archive_name(std::string_view file);
/// Whether "0.2.0" is less than "0.10".
[[nodiscard]] bool is_older(std::string_view version, std::string_view than);

struct OpenArchive {
  Fd file;
  AgentArchive facts;
};

/// Any thread may call. A file is digested when it is first seen, and again once it has changed.
class Archives {
 public:
  explicit Archives(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The newest of each architecture, by architecture. Errors: agent_archive_missing, with what is
  /// wrong with the folder.
  [[nodiscard]] Result<std::vector<AgentArchive>> newest() const;
  /// Any of them, older ones too. Errors: not_found, for whatever is no such archive.
  [[nodiscard]] Result<OpenArchive> open(std::string_view file) const;

 private:
  struct Seen {
    std::uint64_t device = 0, inode = 0, bytes = 0;
    std::int64_t changed_ns = 0;
    std::string sha256;
  };
  [[nodiscard]] Result<std::string> digest(const std::string& file, const Fd& open, Seen now) const;

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Seen> seen_;
};

}  // namespace ferry
