// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Subscriptions: who is told of what. What is sent to them is in notifications_send.cpp.
#include "actors/controller/notifications.hpp"

#include <algorithm>
#include <tuple>

#include "actors/controller/user_words.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "config/mail_address.hpp"
#include "notify/webhook.hpp"

namespace ferry {
namespace {

struct LoadedNotifications {
  using local_message = void;
  std::vector<StoredNotification> all;
};

Result<> check_target(const AddNotification& m, bool has_mail) {
  if (m.kind == "webhook") {
    if (auto url = parse_webhook_url(m.target); !url) return fail(url.error());
    if (m.secret.empty()) return {};
    if (auto key = webhook_key(m.secret); !key) return fail(key.error());
    return {};
  }
  if (m.kind != "mail") {
    return fail(Errc::invalid_argument, "kind '" + m.kind + "' is neither mail nor webhook");
  }
  if (!is_mail_address(m.target)) {
    return fail(Errc::invalid_argument, "'" + m.target + "' is no mail address",
                "write it like ops@example.org");
  }
  if (!m.secret.empty()) return fail(Errc::invalid_argument, "mail has no secret");
  if (has_mail) return {};
  return fail(Errc::config_conflict, "the cluster file names no mail server",
              "add [mail] with server and from, and start the controller again");
}

Result<> check_events(const std::vector<std::string>& events) {
  for (const auto& event : events) {
    if (std::ranges::find(notification_events, event) == notification_events.end()) {
      return fail(Errc::invalid_argument,
                  "event '" + event + "' is not error, done, stalled, leak or offline");
    }
  }
  if (std::set<std::string>{events.begin(), events.end()}.size() == events.size()) return {};
  return fail(Errc::invalid_argument, "an event is named twice");
}

Result<> check(const AddNotification& m, const NotificationsOptions& options, std::size_t count) {
  if (auto fit = check_target(m, options.has_mail); !fit) return fit;
  if (auto fit = check_events(m.events); !fit) return fit;
  if (auto tags = changed_tags({}, {.put = m.tags}); !tags) return fail(tags.error());
  if (m.name.size() > limits::name_bytes_max || m.job.size() > limits::name_bytes_max) {
    return fail(Errc::invalid_argument, "the name or job is too long");
  }
  if (count < limits::notifications_max) return {};
  return fail(Errc::limit_exceeded, "there are " + std::to_string(count) + " notifications already",
              "remove one that nobody needs, see 'edgeferry notification list'");
}

std::vector<std::string> divided(const std::string& text) {
  std::istringstream words{text};
  return {std::istream_iterator<std::string>{words}, {}};
}

caf::error unknown_notification(const std::string& id) {
  return to_caf(
      {Errc::not_found, "there is no notification " + id, "see 'edgeferry notification list'"});
}

NotificationView view_of(const StoredNotification& s, bool readable) {
  NotificationView view;
  view.id = s.id;
  view.name = s.name;
  view.kind = s.kind;
  view.target = s.target;
  view.events = divided(s.events);
  view.job = s.job;
  view.tags = unpacked_tags(s.tags);
  view.status = !readable ? "unreadable" : s.disabled ? "disabled" : "active";
  view.waiting = s.waiting;
  view.delivered = s.delivered;
  view.given_up = s.given_up;
  view.created_ms = s.created_ms;
  view.delivered_ms = s.delivered_ms;
  view.error = s.error;
  view.error_ms = s.error_ms;
  return view;
}

}  // namespace

Notifications::Notifications(caf::event_based_actor* self, NotificationsOptions options)
    : self_(self), options_(std::move(options)) {}

/// Before any other message is handled.
void Notifications::load() {
  self_
      ->request(options_.store, caf::infinite, Transact{[](Database& database) {
                  return caf::make_message(LoadedNotifications{NotificationTable{database}.all()});
                }})
      .await(
          [this](const LoadedNotifications& loaded) {
            for (const auto& one : loaded.all) take(one);
          },
          [this](caf::error& error) { self_->quit(std::move(error)); });
}

void Notifications::take(const StoredNotification& stored) {
  Subscriber who{stored, {}, {}, {}};
  if (stored.kind == "webhook") {
    auto secret = options_.box->open(stored.sealed, stored.id);
    if (!secret) {
      log::error("webhook can't be signed",
                 {{"notification", stored.id}, {"why", secret.error().what}});
    }
    who.secret = secret.value_or(std::string{});
  }
  subscribers_[stored.id] = std::move(who);
}

caf::result<NotificationAdded> Notifications::add(const AddNotification& m) {
  if (auto fit = check(m, options_, subscribers_.size() + adding_); !fit) {
    return to_caf(fit.error());
  }
  const auto id = random_id("n");
  auto secret = m.secret;
  if (m.kind == "webhook" && secret.empty()) secret = make_webhook_secret();
  StoredNotification stored;
  stored.id = id;
  stored.name = plain_text(m.name, limits::name_bytes_max);
  stored.kind = m.kind;
  stored.target = m.target;
  stored.events = joined(m.events, " ");
  stored.job = m.job;
  stored.tags = packed(m.tags);
  stored.sealed = options_.box->seal(secret, id);
  stored.created_ms = wall_ms();
  ++adding_;
  auto promise = self_->make_response_promise<NotificationAdded>();
  self_
      ->request(options_.store, caf::infinite, Transact{[stored](Database& database) {
                  NotificationTable{database}.add(stored);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, promise, stored, told = m.secret.empty() ? secret : ""](const Done&) mutable {
            --adding_;
            take(stored);
            promise.deliver(NotificationAdded{stored.id, told});
          },
          [this, promise](caf::error& error) mutable {
            --adding_;
            promise.deliver(std::move(error));
          });
  return promise;
}

/// The counts are the database's.
caf::result<NotificationList> Notifications::list(const ListNotifications& m) {
  if (!m.id.empty() && !subscribers_.contains(m.id)) return unknown_notification(m.id);
  auto promise = self_->make_response_promise<NotificationList>();
  self_
      ->request(options_.store, caf::infinite, Transact{[](Database& database) {
                  return caf::make_message(LoadedNotifications{NotificationTable{database}.all()});
                }})
      .then(
          [this, promise, id = m.id](const LoadedNotifications& loaded) mutable {
            NotificationList answer;
            for (const auto& one : loaded.all) {
              const auto known = subscribers_.find(one.id);
              if (known == subscribers_.end() || (!id.empty() && id != one.id)) continue;
              const bool readable = one.kind != "webhook" || !known->second.secret.empty();
              answer.notifications.push_back(view_of(one, readable));
            }
            promise.deliver(std::move(answer));
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

caf::result<Done> Notifications::remove(const RemoveNotification& m) {
  if (!subscribers_.contains(m.id)) return unknown_notification(m.id);
  subscribers_.erase(m.id);  // at once: nothing is sent to it that has not begun
  for (auto& sending : sendings_) {
    if (sending.delivery.notification == m.id) sending.work.request_stop();
  }
  auto promise = self_->make_response_promise<Done>();
  self_
      ->request(options_.store, caf::infinite, Transact{[id = m.id](Database& database) {
                  NotificationTable{database}.remove(id);
                  return caf::make_message(Done{});
                }})
      .then([promise](const Done& done) mutable { promise.deliver(done); },
            [this, promise](caf::error& error) mutable {
              promise.deliver(error);
              self_->quit(std::move(error));  // it is there again after a new start
            });
  return promise;
}

}  // namespace ferry
