// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tells the controller what this process has kept of its log, without secrets, and what it runs
// on. Blocks.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <caf/all.hpp>

#include "diagnostics/redactor.hpp"
#include "messages/diagnostics.hpp"
#include "transport/bridge.hpp"

namespace ferry {

/// What a process keeps of its log.
struct KeptLog {
  std::filesystem::path folder = {};  // empty: nothing
  std::string refused = {};           // why nobody is told its lines; empty: the controller is
  std::shared_ptr<const Redactor> redactor = std::make_shared<const Redactor>();
};

struct LogKeeperOptions {
  std::string node;
  std::string role;
  KeptLog kept;
};

class LogKeeper {
 public:
  static constexpr const char* actor_name = "log_keeper";

  LogKeeper(caf::event_based_actor* self, LogKeeperOptions options);
  caf::behavior make_behavior();

 private:
  caf::result<NodeLog> tell(const GetLog& m) const;

  LogKeeperOptions options_;
};

/// What a process of this host runs on, without any lines.
[[nodiscard]] NodeLog host_facts(const std::string& node, const std::string& role);
/// Puts the lines of the span that are kept there into the answer. Errors: those of reading.
[[nodiscard]] Result<> add_lines(NodeLog& answer, const KeptLog& kept, const GetLog& wanted);

/// Spawns it and publishes it under "log".
[[nodiscard]] caf::actor spawn_log_keeper(caf::event_based_actor& supervisor, Bridge* bridge,
                                          LogKeeperOptions options);

}  // namespace ferry
