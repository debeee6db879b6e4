// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// All events, of jobs and of the cluster, under one ascending number without holes. The database
// itself gives the number in the transaction that writes the event (schema.hpp), so none can be
// missed or told twice, whoever dies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct FedEvent {
  std::uint64_t seq = 0;
  std::string job;          // empty: it is the cluster's, and has subject and text
  std::uint64_t entry = 0;  // its number within the job's history, or the cluster's
  std::int64_t at_ms = 0;
  std::string type;     // wire name; of the cluster's, their kind
  std::string body;     // msgpack, of a job's
  std::string subject;  // of the cluster's
  std::string text;     // of the cluster's
};

/// The numbers that are kept; oldest = newest + 1 if there is none.
struct FeedRange {
  std::uint64_t oldest = 1;
  std::uint64_t newest = 0;
};

/// Borrowed view of the database. All calls throw StorageFailure.
class Feed {
 public:
  explicit Feed(Database& database) : database_(database) {}

  [[nodiscard]] FeedRange range();
  /// Events after `seq`, in order, at most `count_max`.
  [[nodiscard]] std::vector<FedEvent> after(std::uint64_t seq, std::size_t count_max);

 private:
  Database& database_;
};

}  // namespace ferry
