// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/commands.hpp"
#include "apps/output.hpp"
#include "messages/tag_use.hpp"

namespace ferry {

int tag_list(Operator& op) {
  const auto sources = op.client.ask<SourceList>("sources", ListSources{});
  if (!sources) return print_error(sources.error(), op.json);
  const auto jobs = all_jobs(op, "");
  if (!jobs) return print_error(jobs.error(), op.json);
  const auto all = count_tags(sources->sources, jobs->jobs);
  if (op.json) return print_json(all);
  Table table{{"KEY", "VALUE", "SOURCES", "JOBS"}};
  for (const auto& tag : all.tags) {
    table.add({tag.key, tag.value.empty() ? "-" : tag.value, std::to_string(tag.sources),
               std::to_string(tag.jobs)});
  }
  table.print();
  return exit_ok;
}

}  // namespace ferry
