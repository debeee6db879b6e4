// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What happened to the cluster as a whole: actors that failed, resources that leaked.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct LoggedEvent {
  std::uint64_t seq = 0;  // given by `append`
  std::int64_t at_ms = 0;
  std::string kind;
  std::string subject;
  std::string text;
  std::string job = {};  // that it touches; empty: none, or not known
};

/// All calls belong in a transaction, except reads.
class ClusterLog {
 public:
  explicit ClusterLog(Database& database) : database_(database) {}

  /// Appending the same kind, subject and time again changes nothing. Keeps the newest
  /// limits::cluster_events_max events.
  void append(const LoggedEvent& event);
  /// Events after `seq`, oldest first, at most `count_max`.
  [[nodiscard]] std::vector<LoggedEvent> after(std::uint64_t seq, std::size_t count_max);
  /// Subjects with an event of `kind` that is newer than all of theirs of kind `other`.
  [[nodiscard]] std::set<std::string> last_told(const std::string& kind, const std::string& other);

 private:
  Database& database_;
};

}  // namespace ferry
