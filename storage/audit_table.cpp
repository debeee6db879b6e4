// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/audit_table.hpp"

#include <limits>

#include "base/limits.hpp"

namespace ferry {

std::uint64_t AuditTable::begin(const StoredAudit& entry) {
  Statement{database_,
            "INSERT INTO audit(at_ms, who, role, client, action, subject) VALUES (?,?,?,?,?,?)"}
      .bind(entry.at_ms, entry.who, entry.role, entry.client, entry.action, entry.subject)
      .run();
  Statement newest{database_, "SELECT max(seq) FROM audit"};
  newest.bind();
  newest.step();
  const auto seq = static_cast<std::uint64_t>(newest.integer(0));
  if (seq > limits::audit_entries_max) {
    Statement{database_, "DELETE FROM audit WHERE seq<=?"}
        .bind(seq - limits::audit_entries_max)
        .run();
  }
  return seq;
}

void AuditTable::end(std::uint64_t seq, const std::string& outcome, std::int64_t at_ms) {
  Statement{database_, "UPDATE audit SET outcome=?, ended_ms=? WHERE seq=?"}
      .bind(outcome, at_ms, seq)
      .run();
}

std::vector<StoredAudit> AuditTable::before(std::uint64_t before, std::size_t count_max) {
  std::vector<StoredAudit> entries;
  Statement read{database_,
                 "SELECT seq, at_ms, who, role, client, action, subject, outcome, ended_ms "
                 "FROM audit WHERE seq<? ORDER BY seq DESC LIMIT ?"};
  read.bind(
      before == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(before),
      std::uint64_t{count_max});
  while (read.step()) {
    entries.push_back({static_cast<std::uint64_t>(read.integer(0)), read.integer(1), read.text(2),
                       read.text(3), read.text(4), read.text(5), read.text(6), read.text(7),
                       read.integer(8)});
  }
  return entries;
}

}  // namespace ferry
