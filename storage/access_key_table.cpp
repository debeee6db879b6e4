// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/access_key_table.hpp"

namespace ferry {

void AccessKeyTable::add(const StoredAccessKey& key) {
  Statement{database_,
            "INSERT INTO access_key(id, name, role, sealed, created_ms) VALUES (?,?,?,?,?)"}
      .bind(key.id, key.name, key.role, Blob{key.sealed}, key.created_ms)
      .run();
}

std::vector<StoredAccessKey> AccessKeyTable::all() {
  std::vector<StoredAccessKey> keys;
  Statement read{database_,
                 "SELECT id, name, role, sealed, created_ms, disabled FROM access_key "
                 "ORDER BY created_ms, id"};
  read.bind();
  while (read.step()) {
    keys.push_back({read.text(0), read.text(1), read.text(2), read.text(3), read.integer(4),
                    read.integer(5) != 0});
  }
  return keys;
}

void AccessKeyTable::set_disabled(std::string_view id, bool disabled) {
  Statement{database_, "UPDATE access_key SET disabled=? WHERE id=?"}
      .bind(disabled ? 1 : 0, id)
      .run();
}

void AccessKeyTable::remove(std::string_view id) {
  Statement{database_, "DELETE FROM access_key WHERE id=?"}.bind(id).run();
}

void AccessKeyTable::add_nonce(const StoredNonce& nonce, std::int64_t now_ms) {
  Statement{database_, "DELETE FROM request_nonce WHERE until_ms<?"}.bind(now_ms).run();
  Statement{database_, "INSERT INTO request_nonce VALUES (?,?,?)"}
      .bind(nonce.access_key, Blob{nonce.digest}, nonce.until_ms)
      .run();
}

std::vector<StoredNonce> AccessKeyTable::nonces(std::int64_t now_ms) {
  std::vector<StoredNonce> nonces;
  Statement read{database_,
                 "SELECT access_key, digest, until_ms FROM request_nonce WHERE until_ms>=? "
                 "ORDER BY until_ms"};
  read.bind(now_ms);
  while (read.step()) nonces.push_back({read.text(0), read.text(1), read.integer(2)});
  return nonces;
}

}  // namespace ferry
