// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "messages/record.hpp"

namespace ferry {
namespace {

void binary_to_hex(nlohmann::ordered_json& value) {
  if (value.is_binary()) {
    value = to_hex(std::as_bytes(std::span{value.get_binary()}));
  } else if (value.is_structured()) {
    for (auto& child : value) binary_to_hex(child);
  }
}

}  // namespace

std::string json_from_msgpack(std::string_view bytes, bool indented) {
  auto value = nlohmann::ordered_json::from_msgpack(bytes, true, false);
  if (value.is_discarded()) return "null";
  binary_to_hex(value);
  constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
  return value.dump(indented ? 2 : -1, ' ', false, replace);
}

}  // namespace ferry
