// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/notification_table.hpp"

namespace ferry {

void NotificationTable::add(const StoredNotification& n) {
  Statement{database_,
            "INSERT INTO notification(id, name, kind, target, events, job, tags, sealed, "
            "created_ms) VALUES (?,?,?,?,?,?,?,?,?)"}
      .bind(n.id, n.name, n.kind, n.target, n.events, n.job, Blob{n.tags}, Blob{n.sealed},
            n.created_ms)
      .run();
}

std::vector<StoredNotification> NotificationTable::all() {
  std::vector<StoredNotification> all;
  Statement read{database_,
                 "SELECT id, name, kind, target, events, job, tags, sealed, created_ms, disabled, "
                 "delivered, given_up, delivered_ms, error, error_ms, "
                 "(SELECT count(*) FROM delivery WHERE notification=notification.id) "
                 "FROM notification ORDER BY created_ms, id"};
  read.bind();
  while (read.step()) {
    all.push_back({read.text(0), read.text(1), read.text(2), read.text(3), read.text(4),
                   read.text(5), read.text(6), read.text(7), read.integer(8), read.integer(9) != 0,
                   static_cast<std::uint64_t>(read.integer(10)),
                   static_cast<std::uint64_t>(read.integer(11)), read.integer(12), read.text(13),
                   read.integer(14), static_cast<std::uint64_t>(read.integer(15))});
  }
  return all;
}

void NotificationTable::set_disabled(std::string_view id, bool disabled) {
  Statement{database_, "UPDATE notification SET disabled=? WHERE id=?"}
      .bind(disabled ? 1 : 0, id)
      .run();
}

void NotificationTable::remove(std::string_view id) {
  Statement{database_, "DELETE FROM notification WHERE id=?"}.bind(id).run();
}

std::vector<StoredNotice> NotificationTable::notices(std::size_t count_max) {
  std::vector<StoredNotice> notices;
  Statement read{database_,
                 "SELECT seq, word, job, number, subject, text, at_ms FROM notice "
                 "ORDER BY seq LIMIT ?"};
  read.bind(std::uint64_t{count_max});
  while (read.step()) {
    notices.push_back({static_cast<std::uint64_t>(read.integer(0)), read.text(1), read.text(2),
                       static_cast<std::uint64_t>(read.integer(3)), read.text(4), read.text(5),
                       read.integer(6)});
  }
  return notices;
}

void NotificationTable::forget_notice(std::uint64_t seq) {
  Statement{database_, "DELETE FROM notice WHERE seq=?"}.bind(seq).run();
}

void NotificationTable::enqueue(std::string_view notification, std::string_view lane,
                                std::string_view body) {
  Statement{database_, "INSERT INTO delivery(notification, lane, body) VALUES (?,?,?)"}
      .bind(notification, lane, Blob{body})
      .run();
}

std::uint64_t NotificationTable::waiting(std::string_view notification) {
  Statement count{database_, "SELECT count(*) FROM delivery WHERE notification=?"};
  count.bind(notification).step();
  return static_cast<std::uint64_t>(count.integer(0));
}

std::optional<StoredDelivery> NotificationTable::next(std::string_view notification,
                                                      const std::set<std::string>& held) {
  Statement lanes{database_, "SELECT seq, lane FROM delivery WHERE notification=? ORDER BY seq"};
  lanes.bind(notification);
  while (lanes.step()) {
    if (held.contains(lanes.text(1))) continue;
    const auto seq = static_cast<std::uint64_t>(lanes.integer(0));
    Statement read{database_, "SELECT lane, body, attempts FROM delivery WHERE seq=?"};
    read.bind(seq).step();
    return StoredDelivery{seq, std::string{notification}, read.text(0), read.text(1),
                          static_cast<std::uint32_t>(read.integer(2))};
  }
  return std::nullopt;
}

void NotificationTable::delivered(const StoredDelivery& delivery, std::int64_t now_ms) {
  const int gone =
      Statement{database_, "DELETE FROM delivery WHERE seq=?"}.bind(delivery.seq).run();
  if (gone == 0) return;
  Statement{database_,
            "UPDATE notification SET delivered=delivered+1, delivered_ms=?, error='', error_ms=0 "
            "WHERE id=?"}
      .bind(now_ms, delivery.notification)
      .run();
}

void NotificationTable::failed(const StoredDelivery& delivery, std::string_view why,
                               std::int64_t now_ms) {
  Statement{database_, "UPDATE delivery SET attempts=attempts+1 WHERE seq=?"}
      .bind(delivery.seq)
      .run();
  Statement{database_, "UPDATE notification SET error=?, error_ms=? WHERE id=?"}
      .bind(why, now_ms, delivery.notification)
      .run();
}

void NotificationTable::give_up(const StoredDelivery& delivery) {
  const int gone =
      Statement{database_, "DELETE FROM delivery WHERE seq=?"}.bind(delivery.seq).run();
  Statement{database_, "UPDATE notification SET given_up=given_up+? WHERE id=?"}
      .bind(gone, delivery.notification)
      .run();
}

std::uint64_t NotificationTable::give_up_oldest(std::string_view notification,
                                                std::uint64_t count_max) {
  const int gone = Statement{database_,
                             "DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery "
                             "WHERE notification=? ORDER BY seq LIMIT ?)"}
                       .bind(notification, count_max)
                       .run();
  Statement{database_, "UPDATE notification SET given_up=given_up+? WHERE id=?"}
      .bind(gone, notification)
      .run();
  return static_cast<std::uint64_t>(gone);
}

}  // namespace ferry
