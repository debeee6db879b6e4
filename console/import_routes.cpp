// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
#include "console/import_routes.hpp"

#include "messages/ecs_import.hpp"

namespace ferry {
namespace {

struct InstancesChosen {
  std::vector<std::string> instances;
  FERRY_FIELDS(instances)
};

Result<ConsoleReply> instances(const ConsoleCall& call) {
  return ask_and_reply<EcsInstanceList>(
      call, "ecs_imports", ListEcsInstances{call.query.text("region"), call.query.text("search")});
}

Result<ConsoleReply> list_imports(const ConsoleCall& call) {
  return ask_and_reply<EcsImportList>(call, "ecs_imports", ListEcsImports{});
}

Result<ConsoleReply> show(const ConsoleCall& call) {
  const auto list =
      call.controller.ask<EcsImportList>("ecs_imports", ListEcsImports{call.ids.at(0)});
  if (!list) return fail(list.error());
  return reply(list->imports.at(0));
}

Result<ConsoleReply> create_import(const ConsoleCall& call) {
  const auto request = read_record<CreateEcsImport>(call.body);
  if (!request) return fail(request.error());
  return ask_and_reply<EcsImportView>(call, "ecs_imports", *request, 201);
}

Result<ConsoleReply> cancel_import(const ConsoleCall& call) {
  return ask_and_reply<EcsImportView>(call, "ecs_imports", CancelEcsImport{call.ids.at(0)});
}

Result<ConsoleReply> retry_import(const ConsoleCall& call) {
  const auto chosen = read_record<InstancesChosen>(call.body);
  if (!chosen) return fail(chosen.error());
  return ask_and_reply<EcsImportView>(call, "ecs_imports",
                                      RetryEcsImport{call.ids.at(0), chosen->instances});
}

}  // namespace

std::vector<ConsoleRoute> import_routes() {
  using enum AccessRole;
  const ConsoleWord region{"region", "empty: that of the cluster file"};
  const ConsoleWord search{"search", "part of an id, a name or an address"};
  return {
      {"GET",
       "/ecs/instances",
       "listEcsInstances",
       "Instances of ECS, and why some can't be imported",
       operator_,
       told<EcsInstanceList>,
       instances,
       nullptr,
       {region, search}},
      {"GET", "/ecs-imports", "listEcsImports", "Imports of instances, newest first", viewer,
       told<EcsImportList>, list_imports},
      {"GET", "/ecs-imports/{import}", "getEcsImport", "One, with what its commands wrote", viewer,
       told<EcsImportView>, show},
      {.method = "POST",
       .path = "/ecs-imports",
       .operation = "createEcsImport",
       .summary = "Has Cloud Assistant make instances source servers",
       .role = operator_,
       .answer = told<EcsImportView>,
       .run = create_import,
       .body = asked<CreateEcsImport>,
       .status = 201},
      {"POST", "/ecs-imports/{import}/cancel", "cancelEcsImport",
       "Leaves instances that wait alone, and ends commands that run", operator_,
       told<EcsImportView>, cancel_import},
      {"POST", "/ecs-imports/{import}/retry", "retryEcsImport",
       "Begins failed ones anew, or only those that are named", operator_, told<EcsImportView>,
       retry_import, asked<InstancesChosen>},
  };
}

}  // namespace ferry
