// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the actions that list things have in common: pages, filters by tags, all jobs at once.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "messages/job.hpp"
#include "messages/tag.hpp"
#include "smc/actions.hpp"

namespace ferry {

inline constexpr std::uint64_t gib = limits::gib;

struct Page {
  std::uint32_t number = 1;
  std::uint32_t size = 10;
};
/// PageNumber and PageSize.
[[nodiscard]] ApiResult<Page> page_of(const Parameters& parameters);
/// The part of them that is on the page.
template <class T>
[[nodiscard]] std::vector<T> on_page(std::vector<T> all, const Page& page) {
  const auto begin = std::min(all.size(), std::size_t{page.number - 1} * page.size);
  const auto end = std::min(all.size(), begin + page.size);
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(begin));
  return all;
}
/// Answers the list under its two names, with the page and the number of all.
[[nodiscard]] Json listed(const char* plural, const char* singular, Json items, const Page& page,
                          std::size_t total);

/// Tag.N.Key and Tag.N.Value. Errors: NumberExceed.Tags, and InvalidTag for one without a key.
[[nodiscard]] ApiResult<std::vector<Tag>> tags_of(const Parameters& parameters);
/// True if each of the filters is among the tags; a filter without a value goes by the key alone.
[[nodiscard]] bool has_tags(const std::vector<Tag>& tags, const std::vector<Tag>& filters);
[[nodiscard]] Json json_of(const std::vector<Tag>& tags);

/// All jobs, oldest first, as lists tell them.
[[nodiscard]] ApiResult<std::vector<JobView>> all_jobs(const ControllerLink& controller);
/// Which workgroup each source server is in.
struct Memberships {
  std::map<std::string, std::string> workgroups;  // by source server

  /// Empty if it is in none.
  [[nodiscard]] std::string of(const std::string& source) const {
    const auto found = workgroups.find(source);
    return found == workgroups.end() ? std::string{} : found->second;
  }
};
[[nodiscard]] ApiResult<Memberships> memberships(const ControllerLink& controller);
/// What is remembered of a job under this name; empty if nothing is.
[[nodiscard]] std::string remembered(const JobView& job, std::string_view name);

/// Whole GiB, rounded up.
[[nodiscard]] inline std::uint64_t gib_of(std::uint64_t bytes) { return (bytes + gib - 1) / gib; }

}  // namespace ferry
