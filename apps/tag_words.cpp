// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/tag_words.hpp"

namespace ferry {

Result<TagChange> tag_change(const TagWords& words) {
  TagChange change{.put = {}, .remove = words.remove};
  for (const auto& text : words.put) {
    const auto equals = text.find('=');
    if (equals == 0 || text.empty()) {
      return fail(Errc::invalid_argument, "'" + text + "' is not KEY=VALUE",
                  "for example --tag owner=web");
    }
    const auto value = equals == std::string::npos ? std::string{} : text.substr(equals + 1);
    change.put.push_back({text.substr(0, equals), value});
  }
  return change;
}

std::string tags_text(const std::vector<Tag>& tags) {
  std::string text;
  for (const auto& [key, value] : tags) {
    text += (text.empty() ? "" : ", ") + key + (value.empty() ? "" : "=" + value);
  }
  return text.empty() ? "-" : text;
}

}  // namespace ferry
