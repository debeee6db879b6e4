// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The audit log, as the database has it: an entry is written before its change is done, and
// completed afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct StoredAudit {
  std::uint64_t seq = 0;  // given by `begin`
  std::int64_t at_ms = 0;
  std::string who;
  std::string role;
  std::string client;
  std::string action;
  std::string subject;
  std::string outcome;  // empty: not known
  std::int64_t ended_ms = 0;
};

/// Borrowed view of the database. All calls throw StorageFailure; writes belong inside
/// a Transaction of their caller.
class AuditTable {
 public:
  explicit AuditTable(Database& database) : database_(database) {}

  /// Returns the number of the entry. Keeps the newest limits::audit_entries_max.
  std::uint64_t begin(const StoredAudit& entry);
  void end(std::uint64_t seq, const std::string& outcome, std::int64_t at_ms);
  /// Newest first, older than `before` unless that is 0.
  [[nodiscard]] std::vector<StoredAudit> before(std::uint64_t before, std::size_t count_max);

 private:
  Database& database_;
};

}  // namespace ferry
