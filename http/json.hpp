// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// JSON as answers are made of: members keep the order in which they are put. The one header of
// this folder that knows the library.
#pragma once

#include <nlohmann/json.hpp>

// Compiled once, in json.cpp: each file that works with JSON would compile it for itself.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace ferry {

using Json = nlohmann::ordered_json;

/// The text; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] inline std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ferry
