// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Sessions of the console, as the database has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct StoredSession {
  std::string digest;  // of the token that the browser holds
  std::string access_key;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
};

/// Borrowed view of the database. All calls throw StorageFailure and belong inside
/// a Transaction of their caller.
class SessionTable {
 public:
  explicit SessionTable(Database& database) : database_(database) {}

  /// Also forgets those that had expired at its creation.
  void add(const StoredSession& session);
  [[nodiscard]] std::vector<StoredSession> all();  // oldest first
  void remove(std::string_view digest);

 private:
  Database& database_;
};

}  // namespace ferry
