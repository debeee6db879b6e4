// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Workgroups: source servers that are migrated together.
#include "actors/controller/workgroup_status.hpp"
#include "console/lists.hpp"

namespace ferry {
namespace {

/// As ModifyWorkgroup; what is absent stays as it is.
struct WorkgroupChange {
  std::string name;
  std::string description;
  TagChange tags;
  FERRY_FIELDS(name, description, tags)
};
struct WorkgroupSources {
  std::vector<std::string> sources;
  FERRY_FIELDS(sources)
};

/// All if `id` is empty.
Result<ShownWorkgroups> look(const ConsoleCall& call, const std::string& id) {
  auto found = call.controller.ask<WorkgroupList>("workgroups", ListWorkgroups{id});
  if (!found) return fail(found.error());
  const auto jobs = every_job(call.controller);
  if (!jobs) return fail(jobs.error());
  return shown(std::move(*found), *jobs);
}

Result<ConsoleReply> list_workgroups(const ConsoleCall& call) {
  const auto all = look(call, "");
  if (!all) return fail(all.error());
  return reply(*all);
}

Result<ConsoleReply> get_workgroup(const ConsoleCall& call) {
  const auto found = look(call, call.ids[0]);
  if (!found) return fail(found.error());
  return reply(found->workgroups.at(0));
}

Result<ConsoleReply> create_workgroup(const ConsoleCall& call) {
  const auto request = read_record<CreateWorkgroup>(call.body);
  if (!request) return fail(request.error());
  return ask_and_reply<WorkgroupView>(call, "workgroups", *request, 201);
}

Result<ConsoleReply> modify_workgroup(const ConsoleCall& call) {
  const auto change = read_record<WorkgroupChange>(call.body);
  if (!change) return fail(change.error());
  return ask_and_reply<WorkgroupView>(
      call, "workgroups",
      ModifyWorkgroup{call.ids[0], change->name, call.body.contains("description"),
                      change->description, change->tags});
}

Result<ConsoleReply> add_to_workgroup(const ConsoleCall& call) {
  const auto wish = read_record<WorkgroupSources>(call.body);
  if (!wish) return fail(wish.error());
  return ask_and_reply<WorkgroupView>(call, "workgroups",
                                      AddToWorkgroup{call.ids[0], wish->sources});
}

Result<ConsoleReply> take_out(const ConsoleCall& call) {
  return ask_and_reply<WorkgroupView>(call, "workgroups",
                                      RemoveFromWorkgroup{call.ids[0], {call.ids[1]}});
}

Result<ConsoleReply> remove_workgroup(const ConsoleCall& call) {
  return ask_and_reply<Done>(call, "workgroups", DeleteWorkgroup{call.ids[0]});
}

}  // namespace

std::vector<ConsoleRoute> workgroup_routes() {
  using enum AccessRole;
  return {
      {"GET", "/workgroups", "listWorkgroups", "Workgroups, and how far they are", viewer,
       told<ShownWorkgroups>, list_workgroups},
      {.method = "POST",
       .path = "/workgroups",
       .operation = "createWorkgroup",
       .summary = "Makes one without source servers",
       .role = operator_,
       .answer = told<WorkgroupView>,
       .run = create_workgroup,
       .body = asked<CreateWorkgroup>,
       .status = 201},
      {"GET", "/workgroups/{workgroup}", "getWorkgroup", "One of them", viewer,
       told<ShownWorkgroup>, get_workgroup},
      {"PATCH", "/workgroups/{workgroup}", "modifyWorkgroup", "Changes what it is called",
       operator_, told<WorkgroupView>, modify_workgroup, asked<WorkgroupChange>},
      {"POST", "/workgroups/{workgroup}/sources", "addToWorkgroup",
       "Adds all of these source servers, or none", operator_, told<WorkgroupView>,
       add_to_workgroup, asked<WorkgroupSources>},
      {"DELETE", "/workgroups/{workgroup}/sources/{source}", "removeFromWorkgroup", "Takes one out",
       operator_, told<WorkgroupView>, take_out},
      {"DELETE", "/workgroups/{workgroup}", "deleteWorkgroup", "Deletes an empty one", operator_,
       told<Done>, remove_workgroup},
  };
}

}  // namespace ferry
