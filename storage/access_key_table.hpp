// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Access keys and the requests that were taken with them, as the database has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct StoredAccessKey {
  std::string id;
  std::string name;
  std::string role;    // viewer, operator, admin; or read-only, full
  std::string sealed;  // the secret, as SecretBox gives it back
  std::int64_t created_ms = 0;
  bool disabled = false;
};

struct StoredNonce {
  std::string access_key;
  std::string digest;         // of the nonce
  std::int64_t until_ms = 0;  // when no request with it can come any more
};

/// Borrowed view of the database. All calls throw StorageFailure and belong inside
/// a Transaction of their caller.
class AccessKeyTable {
 public:
  explicit AccessKeyTable(Database& database) : database_(database) {}

  void add(const StoredAccessKey& key);
  [[nodiscard]] std::vector<StoredAccessKey> all();  // oldest first
  void set_disabled(std::string_view id, bool disabled);
  void remove(std::string_view id);  // with its nonces

  /// Also forgets nonces whose time was over at `now_ms`.
  void add_nonce(const StoredNonce& nonce, std::int64_t now_ms);
  [[nodiscard]] std::vector<StoredNonce> nonces(std::int64_t now_ms);

 private:
  Database& database_;
};

}  // namespace ferry
