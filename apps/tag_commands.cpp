// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "apps/commands.hpp"
#include "apps/output.hpp"

namespace ferry {
namespace {

struct TagUse {
  std::string key;
  std::string value;
  std::uint32_t sources = 0;
  std::uint32_t jobs = 0;
  FERRY_FIELDS(key, value, sources, jobs)
};
struct TagUses {
  std::vector<TagUse> tags;
  FERRY_FIELDS(tags)
};

/// Sorted by key and value.
TagUses count(const std::vector<SourceView>& sources, const std::vector<JobView>& jobs) {
  std::map<std::pair<std::string, std::string>, TagUse> uses;
  const auto use = [&](const Tag& tag) -> TagUse& {
    auto& found = uses[{tag.key, tag.value}];
    found.key = tag.key;
    found.value = tag.value;
    return found;
  };
  for (const auto& source : sources) {
    for (const auto& tag : source.tags) ++use(tag).sources;
  }
  for (const auto& job : jobs) {
    for (const auto& tag : job.settings.tags) ++use(tag).jobs;
  }
  TagUses all;
  for (auto& [words, found] : uses) all.tags.push_back(std::move(found));
  return all;
}

}  // namespace

int tag_list(Operator& op) {
  const auto sources = op.client.ask<SourceList>("sources", ListSources{});
  if (!sources) return print_error(sources.error(), op.json);
  const auto jobs = all_jobs(op, "");
  if (!jobs) return print_error(jobs.error(), op.json);
  const auto all = count(sources->sources, jobs->jobs);
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
