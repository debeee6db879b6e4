// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "console/lists.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry {
namespace {

constexpr int tries_max = 3;

/// Nothing if the number of jobs has changed between two pages.
Result<std::optional<std::vector<JobView>>> try_all_jobs(const ControllerLink& controller) {
  std::vector<JobView> all;
  std::optional<std::uint32_t> total;
  do {
    auto page =
        controller.ask<JobList>("jobs", ListJobs{"", static_cast<std::uint32_t>(all.size())});
    if (!page) return fail(page.error());
    if (total && *total != page->total) return std::nullopt;
    total = page->total;
    if (page->jobs.empty()) break;
    std::ranges::move(page->jobs, std::back_inserter(all));
  } while (all.size() < *total);
  return all;
}

}  // namespace

Result<std::vector<JobView>> every_job(const ControllerLink& controller) {
  for (int i = 0; i < tries_max; ++i) {
    auto all = try_all_jobs(controller);
    if (!all) return fail(all.error());
    if (*all) return std::move(**all);
  }
  return fail(Errc::timeout, "jobs come and go faster than they can be listed");
}

std::vector<Tag> tag_filters(const ConsoleQuery& query) {
  std::vector<Tag> filters;
  for (const auto& text : query.all("tag")) {
    const auto equals = text.find('=');
    filters.push_back(
        {text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)});
  }
  return filters;
}

bool match_tags(const std::vector<Tag>& tags, const std::vector<Tag>& filters) {
  return std::ranges::all_of(filters, [&](const Tag& filter) {
    return std::ranges::any_of(tags, [&](const Tag& tag) {
      return tag.key == filter.key && (filter.value.empty() || tag.value == filter.value);
    });
  });
}

bool match_text(std::string_view search, std::initializer_list<std::string_view> texts) {
  return std::ranges::any_of(texts, [wanted = lower(search)](std::string_view text) {
    return lower(text).find(wanted) != std::string::npos;
  });
}

std::vector<ConsoleWord> with_page(std::vector<ConsoleWord> words) {
  words.insert(words.end(), page_words.begin(), page_words.end());
  return words;
}

}  // namespace ferry
