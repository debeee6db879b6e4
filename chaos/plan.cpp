// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/plan.hpp"

#include <algorithm>
#include <set>

#include "chaos/fault_kinds.hpp"
#include "config/document.hpp"
#include "config/problems.hpp"

namespace ferry::chaos {
namespace {

constexpr std::uint64_t disk_overhead_bytes = 8 * limits::mib;  // partition table, file system

std::string path_of(std::size_t fault, std::string_view key) {
  return "fault." + std::to_string(fault) + "." + std::string{key};
}

void conflict(Problems& problems, const std::string& path, std::string what, std::string fix) {
  problems.add(problems.at(path), {Errc::config_conflict, std::move(what), std::move(fix)});
}

/// Keys that only mean something for a cluster that the harness makes.
void check_cluster(const Plan& plan, Problems& problems) {
  for (const auto* key : {"sources", "disk", "used", "janitor_s"}) {
    const auto path = "cluster." + std::string{key};
    if (!plan.is_embedded() && problems.is_marked(path)) {
      conflict(problems, path, std::string{key} + " belongs to an embedded cluster",
               "remove it, or write file = \"embedded\"");
    }
  }
  if (plan.cluster.used_bytes + disk_overhead_bytes > plan.cluster.disk_bytes) {
    conflict(problems, "cluster.used", "used leaves no room for a file system on the disk",
             "write at least 8 MiB less than disk");
  }
}

void check_fault(const Plan& plan, std::size_t index, Problems& problems) {
  const auto& fault = plan.faults[index];
  if (fault.kind.empty()) return;  // refused before
  const auto marked = [&](std::string_view key) { return problems.is_marked(path_of(index, key)); };
  if (!fault.node.empty() && !fault.role.empty()) {
    conflict(problems, path_of(index, "role"), "node and role both say whom to hit",
             "write one of them");
  }
  if (fault.every_ms == 0 && (marked("count") && fault.count != 1)) {
    conflict(problems, path_of(index, "count"), "count without every", "add every = \"10 s\"");
  }
  if (fault.every_ms != 0 && fault.jitter_ms * 2 > fault.every_ms) {
    conflict(problems, path_of(index, "jitter"), "jitter is more than half of every",
             "lower it, so that the times keep their order");
  }
  if (fault.at_ms > plan.duration_ms) {
    conflict(problems, path_of(index, "at"), "at is after the plan's duration",
             "lower it or raise duration in [plan]");
  }
  if (fault.folder == "source" && fault.kind != "io_error") {
    conflict(problems, path_of(index, "folder"), "only io_error works on a source",
             "name a folder of the cluster");
  }
  if (!plan.is_embedded() && kind_of(fault.kind).needs_embedded) {
    conflict(problems, path_of(index, "kind"),
             fault.kind + " works on an embedded cluster only: " + kind_of(fault.kind).needs,
             "write file = \"embedded\" in [cluster], or remove the fault");
  }
}

}  // namespace

PlanResult load_plan(const std::filesystem::path& file) {
  const auto text = read_settings_file(file, "plan");
  if (!text) return tl::unexpected{text.error()};
  return parse_plan(*text, file);
}

PlanResult parse_plan(std::string_view text, const std::filesystem::path& file) {
  Problems problems{file.string()};
  Plan plan;
  FaultPlan example;
  const SettingList faults{"fault", plan_faults_max,
                           [&](std::size_t count) { plan.faults.resize(count); },
                           [&](std::size_t i) {
                             return fault_table(i < plan.faults.size() ? plan.faults[i] : example);
                           }};
  read_document(text, {plan_tables(plan), {faults}}, problems);
  if (problems.unreadable()) return tl::unexpected{problems.take()};
  check_cluster(plan, problems);
  for (std::size_t i = 0; i < plan.faults.size(); ++i) check_fault(plan, i, problems);
  if (plan.duration_ms > plan.limit_ms) {
    conflict(problems, problems.is_marked("plan.duration") ? "plan.duration" : "plan.limit",
             "limit is before the end of duration", "raise limit");
  }
  if (!problems.empty()) return tl::unexpected{problems.take()};
  std::error_code ignored;
  const auto folder = std::filesystem::absolute(file, ignored).parent_path();
  const auto absolute = [&](std::string& path) { path = (folder / path).lexically_normal(); };
  if (!plan.is_embedded()) absolute(plan.cluster.file);
  absolute(plan.cluster.work);
  return plan;
}

}  // namespace ferry::chaos
