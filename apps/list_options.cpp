// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "apps/list_filter.hpp"

namespace ferry {
namespace {

void add_common(CLI::App& list, ListFilter& filter) {
  list.add_option("--search", filter.search, "Part of a name, an id, or another text of it");
  list.add_option("--tag", filter.tags, "KEY or KEY=VALUE that it must have; all that are given");
}

}  // namespace

void add_job_filter(CLI::App& list, ListFilter& filter) {
  list.add_option("--status", filter.status, "Only jobs of this status")
      ->check(CLI::IsMember({"Ready", "Running", "Stopped", "InError", "Waiting", "Finished",
                             "Expired", "Deleting"}));
  add_common(list, filter);
  list.add_option("--source", filter.source, "Only jobs of this source server")
      ->type_name("SOURCE");
  list.add_option("--workgroup", filter.workgroup, "Only jobs of its source servers")
      ->type_name("WORKGROUP");
  list.add_flag("--newest-first", filter.newest_first, "Instead of the oldest first");
}

void add_source_filter(CLI::App& list, ListFilter& filter) {
  list.add_option("--state", filter.status, "Only source servers in this state")
      ->check(CLI::IsMember({"Available", "InUse", "Unavailable", "Deleting"}));
  add_common(list, filter);
}

}  // namespace ferry
