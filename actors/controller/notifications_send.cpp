// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How what waits in the database gets to its receivers. One thing at a time goes to each of them,
// beside the actor; who gives no answer is left in peace as a whole, and who refuses something is
// asked again about that job only.
#include <algorithm>
#include <utility>

#include "actors/controller/notices.hpp"
#include "actors/controller/notifications.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "storage/cluster_log.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;

/// Between two looks at what is on its way.
constexpr std::chrono::milliseconds sending_period{50};

struct LookNow {
  bool now = true;
  FERRY_MESSAGE("notifications.look_now", now)
};
/// As LookNow, while something is on its way.
struct CollectNotices {
  bool now = true;
  FERRY_MESSAGE("notifications.collect_now", now)
};
/// What is to be sent next, of each receiver one at most.
struct Due {
  using local_message = void;
  std::vector<StoredDelivery> deliveries;
};

/// Who may be sent something, and of which lanes not.
using Idle = std::vector<std::pair<std::string, std::set<std::string>>>;

Due look_up(Database& database, const std::string& cluster, const Idle& idle, std::size_t most) {
  address_notices(database, cluster);
  Due due;
  NotificationTable table{database};
  for (const auto& [id, held] : idle) {
    if (due.deliveries.size() >= most) break;
    if (auto next = table.next(id, held)) due.deliveries.push_back(std::move(*next));
  }
  return due;
}

Notification read(const StoredDelivery& delivery) {
  Notification n;
  const auto done = unpack_body(delivery.body, &n, [](const msgpack::object& object, void* into) {
    object.convert(*static_cast<Notification*>(into));
  });
  if (!done) n.text = "what is to be told can't be read: " + done.error().what;
  return n;
}

Notification test_message(const std::string& cluster) {
  Notification n;
  n.id = notification_id("test", random_bytes(16));
  n.type = "test";
  n.at_ms = wall_ms();
  n.cluster = cluster;
  n.text = "This is a test. Notifications of cluster " + cluster + " arrive here.";
  return n;
}

LoggedEvent given_up(const StoredNotification& who, const std::string& why, std::int64_t now_ms) {
  return {0, now_ms, "notification_given_up", who.id,
          "a notification by " + who.kind + " was not taken in " +
              std::to_string(limits::notification_attempts_max) + " attempts: " + why};
}

}  // namespace

Notifications::~Notifications() {
  for (auto& sending : sendings_) sending.work.request_stop();
  for (auto& sending : sendings_) {
    if (sending.is_test)
      sending.tested.deliver(to_caf({Errc::canceled, "the controller ends", {}}));
  }
}

caf::behavior Notifications::make_behavior() {
  load();
  self_->delayed_send(self_, options_.period, LookNow{});
  return {[this](const AddNotification& m) { return add(m); },
          [this](const ListNotifications& m) { return list(m); },
          [this](const RemoveNotification& m) { return remove(m); },
          [this](const TestNotification& m) { return test(m); },
          [this](const LookNow&) { look(); },
          [this](const CollectNotices&) { collect_again(); }};
}

void Notifications::look() {
  self_->delayed_send(self_, options_.period, LookNow{});
  begin_what_is_due();
}

/// Once something is on its way, and until nothing is. What a receiver is to have next follows at
/// once.
void Notifications::collect_soon() {
  if (!std::exchange(collecting_, true)) {
    self_->delayed_send(self_, sending_period, CollectNotices{});
  }
}

void Notifications::collect_again() {
  collecting_ = false;
  collect();
  begin_what_is_due();
  if (!sendings_.empty()) collect_soon();
}

caf::result<Done> Notifications::test(const TestNotification& m) {
  const auto who = subscribers_.find(m.id);
  if (who == subscribers_.end()) {
    return to_caf(
        {Errc::not_found, "there is no notification " + m.id, "see 'edgeferry notification list'"});
  }
  const auto tests = std::ranges::count(sendings_, true, &Sending::is_test);
  if (tests >= static_cast<std::ptrdiff_t>(limits::notifications_at_once)) {
    return to_caf({Errc::no_capacity, "too many tests are under way", "wait for them"});
  }
  auto& sending = sendings_.emplace_back();
  sending.is_test = true;
  sending.delivery.notification = m.id;
  sending.tested = self_->make_response_promise<Done>();
  start(sending, who->second, test_message(options_.cluster), limits::notification_test_time);
  return sending.tested;
}

// -- what waits in the database ---------------------------------------------------------

void Notifications::begin_what_is_due() {
  const auto underway =
      static_cast<std::size_t>(std::ranges::count(sendings_, false, &Sending::is_test));
  if (looking_ || subscribers_.empty() || underway >= limits::notifications_at_once) return;
  looking_ = true;
  auto work = [cluster = options_.cluster, idle = idle(),
               most = limits::notifications_at_once - underway](Database& database) {
    return caf::make_message(look_up(database, cluster, idle, most));
  };
  crash_point("notifications: something is to be told, not addressed");
  self_->request(options_.store, caf::infinite, Transact{std::move(work)})
      .then(
          [this](const Due& due) {
            looking_ = false;
            for (const auto& delivery : due.deliveries) begin(delivery);
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

/// In turn, so that nobody waits for those before them in the alphabet for ever.
Idle Notifications::idle() const {
  const auto now_ms = steady_ms();
  Idle idle;
  const auto visit = [&](auto first, auto last) {
    for (; first != last; ++first) {
      const auto& [id, who] = *first;
      const bool signs = who.stored.kind != "webhook" || !who.secret.empty();
      if (who.stored.disabled || !signs || busy_.contains(id) || who.pause.until_ms > now_ms) {
        continue;
      }
      auto& [name, held] = idle.emplace_back(id, std::set<std::string>{});
      for (const auto& [lane, pause] : who.lanes) {
        if (pause.until_ms > now_ms) held.insert(lane);
      }
    }
  };
  const auto turn = subscribers_.upper_bound(begun_last_);
  visit(turn, subscribers_.end());
  visit(subscribers_.begin(), turn);
  return idle;
}

void Notifications::begin(const StoredDelivery& delivery) {
  const auto who = subscribers_.find(delivery.notification);
  if (who == subscribers_.end()) return;  // removed meanwhile
  busy_.insert(delivery.notification);
  begun_last_ = delivery.notification;
  auto& sending = sendings_.emplace_back();
  sending.delivery = delivery;
  crash_point("notifications: one is due, not sent");
  start(sending, who->second, read(delivery), limits::notification_send_time);
}

void Notifications::start(Sending& sending, const Subscriber& who, const Notification& n,
                          std::chrono::milliseconds time) {
  sending.work.start([sender = options_.sender, n, time,
                      to = Receiver{who.stored.kind, who.stored.target, who.secret}](
                         const std::stop_token& stop) -> Result<SendResult> {
    return sender->send(to, n, time, stop);
  });
  collect_soon();
}

// -- what came of it --------------------------------------------------------------------

void Notifications::collect() {
  for (auto it = sendings_.begin(); it != sendings_.end();) {
    const auto* result = it->work.result();
    if (result == nullptr) {
      ++it;
      continue;
    }
    const auto sent = *result ? **result : SendResult{Taken::refused, (*result).error().what};
    if (it->is_test) {
      on_tested(it->delivery.notification, sent, it->tested);
    } else {
      on_sent(it->delivery, sent);
    }
    it = sendings_.erase(it);
  }
}

void Notifications::on_tested(const std::string& id, const SendResult& result,
                              caf::typed_response_promise<Done> promise) {
  const auto who = subscribers_.find(id);
  if (result.taken != Taken::yes) {
    promise.deliver(to_caf({Errc::notification_refused, result.why, {}}));
    return;
  }
  if (who == subscribers_.end() || !who->second.stored.disabled) {
    if (who != subscribers_.end()) be_patient_no_more(who->second);
    promise.deliver(Done{});
    return;
  }
  write([id](Database& database) { NotificationTable{database}.set_disabled(id, false); },
        [this, id, promise]() mutable {
          if (const auto known = subscribers_.find(id); known != subscribers_.end()) {
            known->second.stored.disabled = false;
            be_patient_no_more(known->second);
          }
          promise.deliver(Done{});
        });
}

void Notifications::on_sent(const StoredDelivery& delivery, const SendResult& result) {
  const auto found = subscribers_.find(delivery.notification);
  if (found == subscribers_.end()) {  // removed meanwhile
    busy_.erase(delivery.notification);
    return;
  }
  auto& who = found->second;
  if (result.taken == Taken::yes) {
    crash_point("notifications: one is taken by its receiver, not recorded");
    who.pause = {};
    who.lanes.erase(delivery.lane);
  } else {
    log::warning("a notification was not taken", {{"notification", delivery.notification},
                                                  {"attempt", delivery.attempts + 1},
                                                  {"why", result.why}});
  }
  if (result.taken == Taken::gone) who.stored.disabled = true;
  if (result.taken == Taken::unanswered) wait_longer(who.pause);
  if (result.taken == Taken::refused) {
    who.pause = {};
    wait_longer(who.lanes[delivery.lane]);
    // Those of lanes that have nothing left.
    const auto stale_ms = steady_ms() - limits::notification_pause_max.count();
    std::erase_if(who.lanes, [&](const auto& lane) { return lane.second.until_ms < stale_ms; });
  }
  write([delivery, result, stored = who.stored, now_ms = wall_ms()](
            Database& database) { record(database, delivery, result, stored, now_ms); },
        [this, id = delivery.notification] { busy_.erase(id); });
}

void Notifications::record(Database& database, const StoredDelivery& delivery,
                           const SendResult& result, const StoredNotification& who,
                           std::int64_t now_ms) {
  NotificationTable table{database};
  if (result.taken == Taken::yes) return table.delivered(delivery, now_ms);
  table.failed(delivery, result.why, now_ms);
  if (result.taken == Taken::gone) {
    table.set_disabled(who.id, true);
    table.give_up_oldest(who.id, table.waiting(who.id));
    return ClusterLog{database}.append({0, now_ms, "notification_disabled", who.id,
                                        "the receiver has said that it is gone: " + result.why});
  }
  if (delivery.attempts + 1 < limits::notification_attempts_max) return;
  table.give_up(delivery);
  ClusterLog{database}.append(given_up(who, result.why, now_ms));
}

void Notifications::wait_longer(Pause& pause) const {
  auto wait = options_.pause_first;
  for (std::uint32_t i = 0; i < pause.failures && wait < limits::notification_pause_max; ++i) {
    wait *= 2;
  }
  ++pause.failures;
  pause.until_ms = steady_ms() + std::min(wait, limits::notification_pause_max).count();
}

/// It takes things again, so all that waits may be tried at once.
void Notifications::be_patient_no_more(Subscriber& who) {
  who.pause = {};
  who.lanes.clear();
}

void Notifications::write(std::function<void(Database&)> work, std::function<void()> then) {
  self_
      ->request(options_.store, caf::infinite,
                Transact{[work = std::move(work)](Database& database) {
                  work(database);
                  return caf::make_message(Done{});
                }})
      .then([then = std::move(then)](const Done&) { then(); },
            [this](caf::error& error) { self_->quit(std::move(error)); });
}

}  // namespace ferry
