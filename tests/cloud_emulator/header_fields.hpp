// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The fields of an Authorization header: "ALGORITHM Name=value, Name=value".
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::emulator {

/// What follows `name` ("Signature="), up to the next comma; empty if it is absent.
[[nodiscard]] inline std::string field_of(std::string_view header, std::string_view name) {
  for (auto at = header.find(name); at != std::string_view::npos; at = header.find(name, at + 1)) {
    if (at > 0 && header[at - 1] != ' ' && header[at - 1] != ',') continue;
    const auto rest = header.substr(at + name.size());
    auto value = rest.substr(0, rest.find(','));
    while (value.ends_with(' ')) value.remove_suffix(1);
    return std::string{value};
  }
  return {};
}

/// "a;b;c", sorted.
[[nodiscard]] inline std::vector<std::string> split_names(std::string_view list) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < list.size();) {
    const auto end = std::min(list.find(';', at), list.size());
    names.emplace_back(list.substr(at, end - at));
    at = end + 1;
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace ferry::emulator
