// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/session_table.hpp"

namespace ferry {

void SessionTable::add(const StoredSession& session) {
  Statement{database_, "DELETE FROM console_session WHERE expires_ms<?"}
      .bind(session.created_ms)
      .run();
  Statement{database_,
            "INSERT INTO console_session(digest, access_key, created_ms, expires_ms) "
            "VALUES (?,?,?,?)"}
      .bind(Blob{session.digest}, session.access_key, session.created_ms, session.expires_ms)
      .run();
}

std::vector<StoredSession> SessionTable::all() {
  std::vector<StoredSession> sessions;
  Statement read{database_,
                 "SELECT digest, access_key, created_ms, expires_ms FROM console_session "
                 "ORDER BY created_ms, digest"};
  read.bind();
  while (read.step()) {
    sessions.push_back({read.text(0), read.text(1), read.integer(2), read.integer(3)});
  }
  return sessions;
}

void SessionTable::remove(std::string_view digest) {
  Statement{database_, "DELETE FROM console_session WHERE digest=?"}.bind(Blob{digest}).run();
}

}  // namespace ferry
