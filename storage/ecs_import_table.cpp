// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/ecs_import_table.hpp"

namespace ferry {
namespace {

StoredEcsImport read_import(const Statement& row) {
  return {row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4)};
}

}  // namespace

void EcsImportTable::add(const StoredEcsImport& import) {
  Statement{database_, "INSERT INTO ecs_import VALUES (?,?,?,?,?)"}
      .bind(import.id, import.client_token, import.created_ms, Blob{import.body},
            Blob{import.sealed})
      .run();
  Statement insert{database_, "INSERT INTO ecs_import_item VALUES (?,?,?)"};
  for (const auto& item : import.items) {
    insert.bind(import.id, item.instance, Blob{item.body}).run();
  }
}

std::vector<StoredEcsImport> EcsImportTable::all() {
  std::vector<StoredEcsImport> all;
  {
    Statement read{database_,
                   "SELECT id, client_token, created_ms, body, sealed FROM ecs_import "
                   "ORDER BY created_ms DESC, id"};
    read.bind();
    while (read.step()) all.push_back(read_import(read));
  }
  for (auto& import : all) import.items = items_of(import.id);
  return all;
}

std::optional<StoredEcsImport> EcsImportTable::find(std::string_view id) {
  Statement read{database_,
                 "SELECT id, client_token, created_ms, body, sealed FROM ecs_import WHERE id=?"};
  if (!read.bind(id).step()) return std::nullopt;
  auto import = read_import(read);
  import.items = items_of(id);
  return import;
}

std::optional<StoredEcsImport> EcsImportTable::find_by_token(std::string_view client_token) {
  if (client_token.empty()) return std::nullopt;
  std::string id;
  {
    Statement read{database_, "SELECT id FROM ecs_import WHERE client_token=?"};
    if (!read.bind(client_token).step()) return std::nullopt;
    id = read.text(0);
  }
  return find(id);
}

void EcsImportTable::update(std::string_view id, std::string_view body, std::string_view sealed) {
  Statement{database_, "UPDATE ecs_import SET body=?, sealed=? WHERE id=?"}
      .bind(Blob{body}, Blob{sealed}, id)
      .run();
}

void EcsImportTable::update_item(std::string_view id, const StoredEcsItem& item) {
  Statement{database_, "UPDATE ecs_import_item SET body=? WHERE import=? AND instance=?"}
      .bind(Blob{item.body}, id, item.instance)
      .run();
}

void EcsImportTable::remove(std::string_view id) {
  Statement{database_, "DELETE FROM ecs_import WHERE id=?"}.bind(id).run();
}

std::vector<StoredEcsItem> EcsImportTable::items_of(std::string_view id) {
  std::vector<StoredEcsItem> items;
  Statement read{database_,
                 "SELECT instance, body FROM ecs_import_item WHERE import=? ORDER BY instance"};
  read.bind(id);
  while (read.step()) items.push_back({read.text(0), read.text(1)});
  return items;
}

}  // namespace ferry
