// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator can do with workgroups.
#include "actors/controller/workgroup_status.hpp"
#include "apps/commands.hpp"
#include "apps/output.hpp"
#include "apps/tag_words.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

/// All if `id` is empty.
Result<ShownWorkgroups> look(Operator& op, const std::string& id) {
  auto list = op.client.ask<WorkgroupList>("workgroups", ListWorkgroups{id});
  if (!list) return fail(list.error());
  const auto jobs = all_jobs(op, "");
  if (!jobs) return fail(jobs.error());
  return shown(std::move(*list), jobs->jobs);
}

void print_words(const WorkgroupView& workgroup) {
  std::printf("%s  %s  %zu source servers  tags %s\n", workgroup.id.c_str(), workgroup.name.c_str(),
              workgroup.sources.size(), tags_text(workgroup.tags).c_str());
  if (!workgroup.description.empty()) std::printf("%s\n", workgroup.description.c_str());
}

/// "in error", or "-" if nothing is wrong with it.
std::string warning_of(const ShownWorkgroup& shown, const std::string& source) {
  const auto among = [&](const std::vector<std::string>& sources) {
    return std::ranges::count(sources, source) > 0;
  };
  if (among(shown.in_error)) return "its job is in error";
  if (among(shown.not_passed)) return "its image does not boot";
  return among(shown.unrelated) ? "it has no job" : "-";
}

int print_changed(Operator& op, const Result<WorkgroupView>& answer) {
  if (!answer) return print_error(answer.error(), op.json);
  if (op.json) return print_json(*answer);
  print_words(*answer);
  return exit_ok;
}

}  // namespace

int workgroup_create(Operator& op, const CreateWorkgroup& request) {
  return print_changed(op, op.client.ask<WorkgroupView>("workgroups", request));
}

int workgroup_list(Operator& op) {
  const auto all = look(op, "");
  if (!all) return print_error(all.error(), op.json);
  if (op.json) return print_json(*all);
  Table table{{"ID", "NAME", "STATUS", "SOURCES", "TAGS", "CREATED"}};
  for (const auto& [workgroup, status, in_error, unrelated, not_passed] : all->workgroups) {
    table.add({workgroup.id, workgroup.name, status, std::to_string(workgroup.sources.size()),
               tags_text(workgroup.tags), utc_text(workgroup.created_ms)});
  }
  table.print();
  return exit_ok;
}

int workgroup_show(Operator& op, const std::string& id) {
  const auto found = look(op, id);
  if (!found) return print_error(found.error(), op.json);
  if (op.json) return print_json(*found);
  for (const auto& shown : found->workgroups) {
    print_words(shown.workgroup);
    std::printf("%s\n", shown.status.c_str());
    Table table{{"SOURCE", "WARNING"}};
    for (const auto& source : shown.workgroup.sources) {
      table.add({source, warning_of(shown, source)});
    }
    if (!shown.workgroup.sources.empty()) table.print();
  }
  return exit_ok;
}

int workgroup_modify(Operator& op, const ModifyWorkgroup& request) {
  return print_changed(op, op.client.ask<WorkgroupView>("workgroups", request));
}

int workgroup_add(Operator& op, const AddToWorkgroup& request) {
  return print_changed(op, op.client.ask<WorkgroupView>("workgroups", request));
}

int workgroup_remove(Operator& op, const RemoveFromWorkgroup& request) {
  return print_changed(op, op.client.ask<WorkgroupView>("workgroups", request));
}

int workgroup_delete(Operator& op, const std::string& id) {
  return ask_and_print<Done>(op, "workgroups", DeleteWorkgroup{id}, [&](const Done&) {
    std::printf("workgroup %s is deleted\n", id.c_str());
  });
}

}  // namespace ferry
