// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the routes that list things have in common: all jobs at once, search, tags, pages.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "console/call.hpp"
#include "messages/job.hpp"
#include "messages/tag.hpp"

namespace ferry {

/// All jobs, oldest first, as lists tell them; asked for anew if any went meanwhile, so that none
/// is missed between two pages.
[[nodiscard]] Result<std::vector<JobView>> every_job(const ControllerLink& controller);

/// "tag": "KEY" or "KEY=VALUE".
[[nodiscard]] std::vector<Tag> tag_filters(const ConsoleQuery& query);
/// True if all of the filters are among the tags; one without a value goes by its key.
[[nodiscard]] bool match_tags(const std::vector<Tag>& tags, const std::vector<Tag>& filters);
/// True if one of the texts has the search in it, in any case of ASCII letters; or there is none.
[[nodiscard]] bool match_text(std::string_view search,
                              std::initializer_list<std::string_view> texts);

inline const std::vector<ConsoleWord> page_words{
    {"offset", "how many are left out at the beginning; 0", ConsoleWord::Kind::number},
    {"limit", "how many are told at most; 100, at most 500", ConsoleWord::Kind::number}};
[[nodiscard]] std::vector<ConsoleWord> with_page(std::vector<ConsoleWord> words);

/// Leaves the part of them that is asked for.
template <class T>
void cut_to_page(std::vector<T>& all, const ConsoleQuery& query) {
  const auto size = std::uint64_t{all.size()};
  const auto begin = std::min(size, query.number("offset", 0));
  const auto limit = std::min<std::uint64_t>(query.number("limit", limits::console_page_default),
                                             limits::console_page_max);
  const auto end = begin + std::min(size - begin, limit);
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(begin));
}

}  // namespace ferry
