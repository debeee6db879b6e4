// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an agent keeps on its server: its key, its registration, and the lock that
// makes it the only one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "messages/record.hpp"
#include "transport/keys.hpp"

namespace ferry {

struct Registration {
  std::string source;      // s-...
  std::string controller;  // endpoint
  std::string server_key;  // Z85
  std::vector<std::string> disks;
  std::string root;
  bool no_diagnostic_logs = false;  // as long as it is registered
  FERRY_FIELDS(source, controller, server_key, disks, root, no_diagnostic_logs)
};

class AgentState {
 public:
  explicit AgentState(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] Result<KeyPair> keys() const {
    return load_or_make_key_pair(folder_ / "agent.key");
  }
  [[nodiscard]] bool registered() const {
    return std::filesystem::exists(folder_ / "registration");
  }
  /// not_registered if there is none.
  [[nodiscard]] Result<Registration> load() const;
  [[nodiscard]] Result<> save(const Registration& registration) const;

  /// Held by the running agent; the file tells its pid.
  [[nodiscard]] Result<Fd> lock() const;
  /// Ends the running agent (F55); not running is an error.
  [[nodiscard]] Result<> abort() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace ferry
