// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Records as JSON for people who must not see all that is in them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "messages/record.hpp"

namespace ferry {

/// What is written instead of a text; `name` is its member's, empty within a list.
using ChangeText = std::function<std::string(std::string_view name, std::string_view text)>;

/// As json_from_msgpack, indented.
[[nodiscard]] std::string changed_json(std::string_view msgpack, const ChangeText& change);

template <Record T>
[[nodiscard]] std::string changed_json(const T& record, const ChangeText& change) {
  return changed_json(std::string_view{to_msgpack(record)}, change);
}

}  // namespace ferry
