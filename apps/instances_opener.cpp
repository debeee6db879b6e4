// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/instances_opener.hpp"

#include "apps/machines_opener.hpp"
#include "cloud/alibaba/ecs_commands.hpp"
#include "cloud/alibaba/ecs_machines.hpp"
#include "config/ecs_account.hpp"

namespace ferry {

Result<std::shared_ptr<InstanceCommands>> InstancesOpener::operator()(
    const std::string& region) const {
  const auto account = ecs_account(config_);
  if (!account) return nullptr;
  auto ecs =
      machines_service(config_, credentials_, "ECS", ecs_version, ecs_endpoint(config_, region));
  if (!ecs) return fail(ecs.error());
  return std::make_shared<EcsCommands>(
      EcsCommandSettings{std::move(*ecs), region, account->needs_public});
}

}  // namespace ferry
