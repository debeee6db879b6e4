// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/catalogue.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <typeindex>
#include <unordered_map>

#include "messages/catalogue_diagnostics.hpp"
#include "messages/catalogue_entry.hpp"
#include "messages/catalogue_import.hpp"
#include "messages/catalogue_notification.hpp"

namespace ferry {
namespace {

template <Message... Ts, Message... Us>
consteval MessageList<Ts..., Us...> operator+(MessageList<Ts...>, MessageList<Us...>) {
  return {};
}

template <Message... Ts>
consteval bool names_are_unique(MessageList<Ts...>) {
  std::array names{Ts::wire_name...};
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}
static_assert(names_are_unique(ClusterMessages{} + JobMessages{} + NotificationMessages{} +
                               DiagnosticsMessages{} + ImportMessages{}),
              "two messages share a wire name");

const std::vector<CatalogueEntry>& entries() {
  static const auto all = [] {
    auto lists = cluster_entries();
    std::ranges::move(job_entries(), std::back_inserter(lists));
    std::ranges::move(notification_entries(), std::back_inserter(lists));
    std::ranges::move(diagnostics_entries(), std::back_inserter(lists));
    std::ranges::move(import_entries(), std::back_inserter(lists));
    return lists;
  }();
  return all;
}

const CatalogueEntry* find(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const CatalogueEntry*> map;
    for (const auto& entry : entries()) map.emplace(entry.name, &entry);
    return map;
  }();
  const auto it = by_name.find(name);
  return it != by_name.end() ? it->second : nullptr;
}

const CatalogueEntry* find(std::type_index type) {
  static const auto by_type = [] {
    std::unordered_map<std::type_index, const CatalogueEntry*> map;
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
