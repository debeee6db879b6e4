// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances of ECS, and scripts that Cloud Assistant runs on them without anybody waiting for one.
#pragma once

#include <string>
#include <vector>

#include "cloud/alibaba/ecs_answers.hpp"
#include "cloud/alibaba/rpc_client.hpp"
#include "cloud/instance_commands.hpp"

namespace ferry {

struct EcsCommandSettings {
  RpcService ecs;
  std::string region;
  bool needs_public = true;  // instances reach whom they are for over the internet only (F39)
};

class EcsCommands final : public InstanceCommands {
 public:
  explicit EcsCommands(EcsCommandSettings settings);

  Result<InstanceListing> find(const std::string& search, const std::vector<std::string>& instances,
                               const std::stop_token& stop) override;
  Result<std::string> start(const InstanceScript& script, const std::stop_token& stop) override;
  Result<ScriptState> look(const std::string& instance, const std::string& run,
                           const std::stop_token& stop) override;
  Result<> end(const std::string& instance, const std::string& run,
               const std::stop_token& stop) override;

 private:
  [[nodiscard]] Result<std::vector<EcsInstance>> described(
      const std::vector<std::string>& instances, const std::stop_token& stop);
  [[nodiscard]] Result<> ask_assistants(std::vector<EcsInstance>& instances,
                                        const std::stop_token& stop);
  [[nodiscard]] EcsInstance told(const ecs::Instance& one) const;

  EcsCommandSettings settings_;
  RpcClient ecs_;
};

}  // namespace ferry
