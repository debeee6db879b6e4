// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances that somebody has in a cloud, and scripts that the cloud runs on them (F39 to F44).
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/ecs_import.hpp"

namespace ferry {

struct InstanceListing {
  std::vector<EcsInstance> instances;  // by id
  std::uint64_t left_out = 0;
};

struct InstanceScript {
  std::string token;  // of this run, at most 64 ASCII characters: whoever starts it, it runs once
  std::string instance;
  std::string text;
  std::chrono::seconds timeout{60};
};

/// Where a run stands.
struct ScriptState {
  enum class Phase { running, done, failed, stopped } phase = Phase::running;
  std::string output = {};  // the end of what it wrote
  Error error = {};         // of one that failed
};

/// Calls block, and may be repeated at any time.
class InstanceCommands {
 public:
  virtual ~InstanceCommands() = default;

  /// Those that fit `search`, or these ones if any are named. Each says what stands against running
  /// scripts on it. Errors: access_refused with the policy that is missing, service_refused,
  /// unreachable, timeout, canceled.
  [[nodiscard]] virtual Result<InstanceListing> find(const std::string& search,
                                                     const std::vector<std::string>& instances,
                                                     const std::stop_token& stop) = 0;
  /// The id of the run. Errors: as above, and instance_unusable.
  [[nodiscard]] virtual Result<std::string> start(const InstanceScript& script,
                                                  const std::stop_token& stop) = 0;
  [[nodiscard]] virtual Result<ScriptState> look(const std::string& instance,
                                                 const std::string& run,
                                                 const std::stop_token& stop) = 0;
  /// Ends it, if it still runs; it may take a moment.
  [[nodiscard]] virtual Result<> end(const std::string& instance, const std::string& run,
                                     const std::stop_token& stop) = 0;
};

}  // namespace ferry
