// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/ecs_import_record.hpp"

#include <algorithm>

#include "messages/envelope.hpp"

namespace ferry {

bool is_open(const EcsImportItem& item) {
  return item.state == "waiting" || item.state == "running" || item.state == "registered";
}

bool has_ended(const EcsImportView& view) {
  return view.state == "done" || view.state == "canceled";
}

EcsImportView view_of(const StoredEcsImport& stored) {
  auto view = decode_body<EcsImportView>(stored.body).value_or(EcsImportView{});
  view.id = stored.id;
  view.items.clear();
  for (const auto& row : stored.items) {
    if (auto item = decode_body<EcsImportItem>(row.body)) view.items.push_back(std::move(*item));
  }
  const auto count = [&](const char* state) {
    return static_cast<std::uint32_t>(std::ranges::count(view.items, state, &EcsImportItem::state));
  };
  view.imported = count("imported");
  view.failed = count("failed");
  return view;
}

StoredEcsItem stored_item(const EcsImportItem& item) { return {item.instance, to_msgpack(item)}; }

std::string stored_body(const EcsImportView& view) {
  auto body = view;
  body.items.clear();
  return to_msgpack(body);
}

std::string source_in(const std::string& output) {
  constexpr std::string_view before = "Import Source Server [";
  constexpr std::string_view after = "] Successfully!";
  constexpr std::size_t id_bytes_max = 64;
  const auto begin = output.rfind(before);
  if (begin == std::string::npos) return {};
  const auto end = output.find(after, begin);
  if (end == std::string::npos) return {};
  auto id = output.substr(begin + before.size(), end - begin - before.size());
  const bool good =
      id.starts_with("s-") && id.size() <= id_bytes_max && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  return good ? id : std::string{};
}

std::string command_token(const std::string& import, std::size_t place, std::uint32_t attempt) {
  return import + '-' + std::to_string(place) + '-' + std::to_string(attempt);
}

}  // namespace ferry
