// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/list_filter.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry {

bool has_part(std::initializer_list<std::string_view> texts, std::string_view part) {
  return std::ranges::any_of(texts, [wanted = lower(part)](std::string_view text) {
    return lower(text).find(wanted) != std::string::npos;
  });
}

bool has_tags(const std::vector<Tag>& tags, const std::vector<std::string>& wanted) {
  return std::ranges::all_of(wanted, [&](const std::string& word) {
    const auto equals = word.find('=');
    return std::ranges::any_of(tags, [&](const Tag& tag) {
      return tag.key == word.substr(0, equals) &&
             (equals == std::string::npos || tag.value == word.substr(equals + 1));
    });
  });
}

}  // namespace ferry
