// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The log lines of jobs' nodes that were fetched when a job came to an end, and those that are
// still to be fetched. The database writes by itself, together with the end, that they are wanted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct WantedLog {
  std::string job;
  std::string node;           // empty: nobody has looked yet which nodes the job has
  std::int64_t since_ms = 0;  // when the job came to its end
};

struct StoredLog {
  std::string job;
  std::string node;
  std::int64_t at_ms = 0;    // when it was fetched
  std::int64_t last_ms = 0;  // of the last line, by the node's clock
  std::string facts;         // msgpack: of the node
  std::string note;          // why there are no lines; empty: there may be
  std::string packed;        // lines
  std::uint64_t bytes = 0;   // of them, unpacked
};

/// Borrowed view of the database. All calls throw StorageFailure and belong inside a Transaction of
/// their caller.
class JobLogTable {
 public:
  explicit JobLogTable(Database& database) : database_(database) {}

  /// Oldest first.
  [[nodiscard]] std::vector<WantedLog> wanted(std::size_t count_max);
  void want(const WantedLog& log);
  /// Unless a later end wants it again.
  void forget_wanted(const WantedLog& log);

  /// Nodes of the job's ledger rows, also of those that have ended.
  [[nodiscard]] std::vector<std::string> nodes_of(std::string_view job, std::size_t count_max);
  /// Time of the last line that is stored of a node; 0: there is none.
  [[nodiscard]] std::int64_t last_line(std::string_view job, std::string_view node);

  /// What is too much goes, the oldest first: of this job, then of all.
  void add(const StoredLog& log, std::uint64_t job_bytes_max, std::uint64_t bytes_max);
  /// In the order in which they were fetched.
  [[nodiscard]] std::vector<StoredLog> of_job(std::string_view job);

 private:
  Database& database_;
};

}  // namespace ferry
