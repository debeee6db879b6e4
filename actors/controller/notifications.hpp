// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tells people and programs outside what happened. Who is told is in the database, and so is what
// each receiver has not taken yet: that is written in one transaction with the end of the notice
// it comes from, and deleted once the receiver has it. A death at any moment loses nothing, and
// repeats at most what was being sent.
#pragma once

#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <caf/all.hpp>

#include "actors/background.hpp"
#include "actors/controller/store.hpp"
#include "config/cluster_config.hpp"
#include "messages/link.hpp"
#include "messages/notification.hpp"
#include "notify/limits.hpp"
#include "notify/sender.hpp"
#include "storage/notification_table.hpp"
#include "storage/secret_box.hpp"

namespace ferry {

struct NotificationsOptions {
  caf::actor store;
  std::shared_ptr<const SecretBox> box;
  std::shared_ptr<const NotificationSender> sender;
  std::string cluster;                      // its name
  bool has_mail = false;                    // the cluster file names a mail server
  std::chrono::milliseconds period{1'000};  // between two looks for something new
  std::chrono::milliseconds pause_first = limits::notification_pause_first;
};

class Notifications {
 public:
  static constexpr const char* actor_name = "notifications";

  Notifications(caf::event_based_actor* self, NotificationsOptions options);
  ~Notifications();
  Notifications(const Notifications&) = delete;
  Notifications& operator=(const Notifications&) = delete;
  caf::behavior make_behavior();

 private:
  /// Who does not take things now is left in peace for longer each time.
  struct Pause {
    std::uint32_t failures = 0;
    std::int64_t until_ms = 0;  // steady
  };
  struct Subscriber {
    StoredNotification stored;
    std::string secret;                  // of a webhook; empty: it can't be opened
    Pause pause;                         // no answer at all
    std::map<std::string, Pause> lanes;  // that it has refused something of
  };
  /// On its way, on a thread of its own.
  struct Sending {
    StoredDelivery delivery;
    caf::typed_response_promise<Done> tested;  // of a test, which is no delivery
    bool is_test = false;
    Background<SendResult> work;
  };

  void load();
  void take(const StoredNotification& stored);
  caf::result<NotificationAdded> add(const AddNotification& m);
  caf::result<NotificationList> list(const ListNotifications& m);
  caf::result<Done> remove(const RemoveNotification& m);
  caf::result<Done> test(const TestNotification& m);

  void look();
  void collect_soon();
  void collect_again();
  void begin_what_is_due();
  [[nodiscard]] std::vector<std::pair<std::string, std::set<std::string>>> idle() const;
  void begin(const StoredDelivery& delivery);
  void start(Sending& sending, const Subscriber& who, const Notification& n,
             std::chrono::milliseconds time);
  void collect();
  void on_sent(const StoredDelivery& delivery, const SendResult& result);
  void on_tested(const std::string& id, const SendResult& result,
                 caf::typed_response_promise<Done> promise);
  static void record(Database& database, const StoredDelivery& delivery, const SendResult& result,
                     const StoredNotification& who, std::int64_t now_ms);
  void wait_longer(Pause& pause) const;
  static void be_patient_no_more(Subscriber& who);
  void write(std::function<void(Database&)> work, std::function<void()> then);

  caf::event_based_actor* self_;
  NotificationsOptions options_;
  std::map<std::string, Subscriber> subscribers_;
  std::size_t adding_ = 0;       // not durable yet
  std::set<std::string> busy_;   // with something on its way, or what came of it not recorded
  std::string begun_last_;       // whose turn it was
  bool looking_ = false;         // the store has been asked
  bool collecting_ = false;      // a timer runs
  std::list<Sending> sendings_;  // at most limits::notifications_at_once, and as many tests
};

}  // namespace ferry
