// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/tag_use.hpp"

#include <map>

namespace ferry {

TagUses count_tags(const std::vector<SourceView>& sources, const std::vector<JobView>& jobs) {
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

}  // namespace ferry
