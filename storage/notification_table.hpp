// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Who is told of what, what is to be told, and what each receiver has not taken yet.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.hpp"

namespace ferry {

struct StoredNotification {
  std::string id;
  std::string name;
  std::string kind;  // mail or webhook
  std::string target;
  std::string events;  // words with a blank between; empty: all
  std::string job;     // empty: of all jobs
  std::string tags;    // msgpack
  std::string sealed;  // the secret, as SecretBox gives it back; of a webhook
  std::int64_t created_ms = 0;
  bool disabled = false;
  std::uint64_t delivered = 0;
  std::uint64_t given_up = 0;
  std::int64_t delivered_ms = 0;
  std::string error = {};
  std::int64_t error_ms = 0;
  std::uint64_t waiting = 0;  // counted by `all`
};

/// Something to be told, of which nobody knows yet to whom. The database writes these by itself
/// while anybody is to be told.
struct StoredNotice {
  std::uint64_t seq = 0;
  std::string word;          // error, done, stalled, leak or offline
  std::string job;           // empty: none
  std::uint64_t number = 0;  // of the event in the job's history; 0: an event of the cluster
  std::string subject;       // of an event of the cluster, as the next one
  std::string text;
  std::int64_t at_ms = 0;
};

struct StoredDelivery {
  std::uint64_t seq = 0;
  std::string notification;
  std::string lane;  // those of one lane keep their order
  std::string body;  // msgpack
  std::uint32_t attempts = 0;
};

/// Borrowed view of the database. All calls throw StorageFailure and belong inside a Transaction of
/// their caller.
class NotificationTable {
 public:
  explicit NotificationTable(Database& database) : database_(database) {}

  void add(const StoredNotification& notification);
  [[nodiscard]] std::vector<StoredNotification> all();  // oldest first
  void set_disabled(std::string_view id, bool disabled);
  void remove(std::string_view id);  // with its deliveries

  /// Oldest first.
  [[nodiscard]] std::vector<StoredNotice> notices(std::size_t count_max);
  void forget_notice(std::uint64_t seq);

  void enqueue(std::string_view notification, std::string_view lane, std::string_view body);
  [[nodiscard]] std::uint64_t waiting(std::string_view notification);
  /// The oldest one of this receiver in a lane that isn't among `held`.
  [[nodiscard]] std::optional<StoredDelivery> next(std::string_view notification,
                                                   const std::set<std::string>& held);
  void delivered(const StoredDelivery& delivery, std::int64_t now_ms);
  /// It stays, with one more attempt.
  void failed(const StoredDelivery& delivery, std::string_view why, std::int64_t now_ms);
  /// Nobody sends it any more; failed before.
  void give_up(const StoredDelivery& delivery);
  /// The oldest ones of a receiver; returns how many there were.
  std::uint64_t give_up_oldest(std::string_view notification, std::uint64_t count_max);

 private:
  Database& database_;
};

}  // namespace ferry
