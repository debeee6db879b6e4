// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Shell scripts on instances of ECS, run there as root by Cloud Assistant (smc-api 5.2).
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "cloud/alibaba/ecs_wait.hpp"
#include "cloud/alibaba/rpc_client.hpp"

namespace ferry {

struct AssistantScript {
  std::string instance;
  std::string text;                  // at most `script_bytes_max`; may run twice
  std::chrono::seconds timeout{60};  // after which the service ends it
};

class CloudAssistant {
 public:
  static constexpr std::size_t script_bytes_max = 16 * limits::kib;

  CloudAssistant(RpcClient& ecs, std::string region, EcsPatience patience)
      : ecs_(ecs), region_(std::move(region)), patience_(patience) {}

  /// Errors: instance_unusable if nothing can be run on the instance now.
  [[nodiscard]] Result<> check(const std::string& instance, const std::stop_token& stop) const;
  /// Returns once the script has ended well. Errors: instance_unusable with what it said if it did
  /// not, and if it could not be run; those of RpcClient; timeout, canceled.
  [[nodiscard]] Result<> run(const AssistantScript& script, const std::stop_token& stop) const;

 private:
  RpcClient& ecs_;
  std::string region_;
  EcsPatience patience_;
};

}  // namespace ferry
