// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Imports of instances of ECS as the database has them: what each is, and where each of its
// instances stands. Bodies are records of the controller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "storage/database.hpp"

namespace ferry {

struct StoredEcsItem {
  std::string instance;
  std::string body;
};

struct StoredEcsImport {
  std::string id;
  std::string client_token;  // empty: it has none
  std::int64_t created_ms = 0;
  std::string body;
  std::string sealed = {};                // the code that servers register with; empty: none yet
  std::vector<StoredEcsItem> items = {};  // by instance
};

/// Borrowed view of the database. All calls throw StorageFailure and belong inside a Transaction of
/// their caller.
class EcsImportTable {
 public:
  explicit EcsImportTable(Database& database) : database_(database) {}

  void add(const StoredEcsImport& import);
  [[nodiscard]] std::vector<StoredEcsImport> all();  // newest first
  [[nodiscard]] std::optional<StoredEcsImport> find(std::string_view id);
  [[nodiscard]] std::optional<StoredEcsImport> find_by_token(std::string_view client_token);
  /// Its body and code.
  void update(std::string_view id, std::string_view body, std::string_view sealed);
  void update_item(std::string_view id, const StoredEcsItem& item);
  void remove(std::string_view id);

 private:
  [[nodiscard]] std::vector<StoredEcsItem> items_of(std::string_view id);

  Database& database_;
};

}  // namespace ferry
