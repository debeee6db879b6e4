// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/list_filter.hpp"

#include <algorithm>
#include <cctype>

namespace ferry {

bool has_part(std::initializer_list<std::string_view> texts, std::string_view part) {
  const auto alike = [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  };
  return part.empty() || std::ranges::any_of(texts, [&](std::string_view text) {
           return !std::ranges::search(text, part, alike).empty();
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
