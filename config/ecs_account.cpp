// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/ecs_account.hpp"

namespace ferry {
namespace {

std::string usual_endpoint(const std::string& region) {
  return "https://ecs." + region + ".aliyuncs.com";
}

}  // namespace

std::optional<EcsAccount> ecs_account(const ClusterConfig& config) {
  const bool is_private = config.machines.kind == "ecs" && config.machines.network == "private";
  if (config.ecs_import.kind == "ecs") return EcsAccount{config.ecs_import.region, !is_private};
  if (config.machines.kind == "ecs") return EcsAccount{config.machines.region, !is_private};
  return std::nullopt;
}

std::string ecs_endpoint(const ClusterConfig& config, const std::string& region) {
  if (config.ecs_import.kind == "ecs") {
    const auto& given = config.ecs_import.endpoint;
    return given.empty() ? usual_endpoint(region) : given;
  }
  // One that is not the region's own serves all of them.
  const auto& machines = config.machines;
  const bool is_usual = machines.endpoint == usual_endpoint(machines.region);
  return is_usual ? usual_endpoint(region) : machines.endpoint;
}

}  // namespace ferry
