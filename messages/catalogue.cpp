// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/catalogue.hpp"

#include <algorithm>
#include <typeindex>
#include <unordered_map>

namespace ferry {
namespace {

struct Entry {
  std::string_view name;
  std::string_view fields;
  std::type_index type;
  void (*convert)(const msgpack::object& from, void* record);
  std::string (*encode)(const void* record);
  Result<caf::message> (*decode)(std::string_view body);
};

template <Message T>
void convert_to(const msgpack::object& from, void* record) {
  from.convert(*static_cast<T*>(record));
}

template <Message T>
Entry entry_of() {
  return {T::wire_name,
          T::field_list(),
          typeid(T),
          &convert_to<T>,
          [](const void* record) { return to_msgpack(*static_cast<const T*>(record)); },
          [](std::string_view body) -> Result<caf::message> {
            T record;
            if (auto done = unpack_body(body, &record, &convert_to<T>); !done) {
              return fail(done.error());
            }
            return caf::make_message(std::move(record));
          }};
}

template <Message... Ts>
consteval bool names_are_unique(MessageList<Ts...>) {
  std::array names{Ts::wire_name...};
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}
static_assert(names_are_unique(WireMessages{}), "two messages share a wire name");

template <Message... Ts>
std::vector<Entry> make_entries(MessageList<Ts...>) {
  return {entry_of<Ts>()...};
}

const std::vector<Entry>& entries() {
  static const auto all = make_entries(WireMessages{});
  return all;
}

const Entry* find(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const Entry*> map;
    for (const auto& entry : entries()) map.emplace(entry.name, &entry);
    return map;
  }();
  const auto it = by_name.find(name);
  return it != by_name.end() ? it->second : nullptr;
}

const Entry* find(std::type_index type) {
  static const auto by_type = [] {
    std::unordered_map<std::type_index, const Entry*> map;
    for (const auto& entry : entries()) map.emplace(entry.type, &entry);
    return map;
  }();
  const auto it = by_type.find(type);
  return it != by_type.end() ? it->second : nullptr;
}

}  // namespace

EncodedMessage encode(const caf::type_erased_tuple& message) {
  if (message.size() != 1 || message.type(0).second == nullptr) return {};
  const auto* entry = find(std::type_index{*message.type(0).second});
  if (entry == nullptr) return {};
  return {entry->name, entry->encode(message.get(0))};
}

Result<caf::message> decode(std::string_view type, std::string_view body) {
  const auto* entry = find(type);
  if (entry == nullptr) {
    return fail(Errc::malformed, "unknown message '" + std::string{type.substr(0, 64)} + "'");
  }
  auto message = entry->decode(body);
  if (!message) message.error().what.insert(0, std::string{type} + ": ");
  return message;
}

std::string encode_record(std::string_view type, const void* record) {
  return find(type)->encode(record);
}

Result<> decode_record(std::string_view type, std::string_view body, void* record) {
  return unpack_body(body, record, find(type)->convert);
}

std::vector<std::string_view> wire_names() {
  std::vector<std::string_view> names;
  for (const auto& entry : entries()) names.push_back(entry.name);
  return names;
}

std::string_view wire_fields(std::string_view type) {
  const auto* entry = find(type);
  return entry != nullptr ? entry->fields : std::string_view{};
}

}  // namespace ferry
