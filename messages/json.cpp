// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "messages/json_text.hpp"

namespace ferry {
namespace {

void binary_to_hex(nlohmann::ordered_json& value) {
  if (value.is_binary()) {
    value = to_hex(std::as_bytes(std::span{value.get_binary()}));
  } else if (value.is_structured()) {
    for (auto& child : value) binary_to_hex(child);
  }
}

void change_texts(nlohmann::ordered_json& value, const std::string& name,
                  const ChangeText& change) {
  if (value.is_string()) {
    value = change(name, value.get_ref<const std::string&>());
  } else if (value.is_object()) {
    for (const auto& [key, child] : value.items()) change_texts(child, key, change);
  } else if (value.is_array()) {
    for (auto& child : value) change_texts(child, {}, change);
  }
}

std::string text_of(const nlohmann::ordered_json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string json_from_msgpack(std::string_view bytes, bool indented) {
  auto value = nlohmann::ordered_json::from_msgpack(bytes, true, false);
  if (value.is_discarded()) return "null";
  binary_to_hex(value);
  return text_of(value, indented ? 2 : -1);
}

std::string changed_json(std::string_view msgpack, const ChangeText& change) {
  auto value = nlohmann::ordered_json::from_msgpack(msgpack, true, false);
  if (value.is_discarded()) return "null";
  binary_to_hex(value);
  change_texts(value, {}, change);
  return text_of(value, 2);
}

}  // namespace ferry
