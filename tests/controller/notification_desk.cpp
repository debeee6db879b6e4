// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/controller/notification_desk.hpp"

#include <doctest/doctest.h>

#include "actors/spawn.hpp"
#include "base/log.hpp"
#include "storage/journal.hpp"
#include "tests/controller/histories.hpp"

namespace ferry::test {

// -- receivers -------------------------------------------------------------------------

WebhookReceiver::WebhookReceiver()
    : server_([this](const HttpRequest& request) { return receive(request); }) {}

void WebhookReceiver::answer(int status, const std::string& text) {
  const std::lock_guard lock{mutex_};
  answers_[text] = status;
}

std::vector<HttpRequest> WebhookReceiver::came() const {
  const std::lock_guard lock{mutex_};
  return came_;
}

std::vector<std::string> WebhookReceiver::taken() const {
  const std::lock_guard lock{mutex_};
  return taken_;
}

HttpResponse WebhookReceiver::receive(const HttpRequest& request) {
  const std::lock_guard lock{mutex_};
  came_.push_back(request);
  for (const auto& [text, status] : answers_) {
    if (request.body.find(text) != std::string::npos && status != 200) return {status, {}, ""};
  }
  taken_.push_back(request.body);
  return {200, {}, ""};
}

// -- the desk --------------------------------------------------------------------------

NotificationDesk::NotificationDesk() {
  log::start("test", log::Level::error);
  start();
}
NotificationDesk::~NotificationDesk() { stop(); }

void NotificationDesk::start(const std::string& key_file) {
  auto box = SecretBox::load_or_make(folder.path() / key_file);
  REQUIRE(box);
  store = spawn_actor<Store, caf::detached>(*live, folder.path() / "controller.db");
  NotificationsOptions options;
  options.store = store;
  options.box = std::make_shared<const SecretBox>(*box);
  options.sender = std::make_shared<const NotificationSender>(SenderOptions{});
  options.cluster = "lab";
  options.has_mail = has_mail;
  options.period = std::chrono::milliseconds{20};
  options.pause_first = pause_first;
  notifications = spawn_actor<Notifications>(*live, options);
}

void NotificationDesk::stop() {
  kill_and_wait(*live, std::exchange(notifications, {}));
  kill_and_wait(*live, std::exchange(store, {}));
}

NotificationAdded NotificationDesk::add(const std::string& url, const Wish& wish) {
  const AddNotification request{{}, "webhook", url, wish.events, wish.job, wish.tags, wish.secret};
  const auto added = ask<NotificationAdded>(request);
  REQUIRE_MESSAGE(added, (added ? "" : to_string(added.error())));
  return *added;
}

NotificationView NotificationDesk::view(const std::string& id) {
  const auto list = ask<NotificationList>(ListNotifications{id});
  REQUIRE(list);
  REQUIRE(list->notifications.size() == 1);
  return list->notifications.front();
}

void NotificationDesk::transact(const std::function<void(Database&)>& work) {
  const auto done = test::ask<Done>(*live, store, Transact{[work](Database& database) {
    work(database);
    return caf::make_message(Done{});
  }});
  REQUIRE_MESSAGE(done, (done ? "" : to_string(done.error())));
}

void NotificationDesk::begin_job(const std::string& job, std::vector<Tag> tags) {
  auto first = created();
  first.settings.name = "name of " + job;
  first.settings.tags = std::move(tags);
  transact([&](Database& database) { Journal{database}.create_job(job, "client-" + job); });
  happen(job, first);
  happen(job, JobStarted{"start"});
}

void NotificationDesk::happen(const std::string& job, const JobEvent& event) {
  transact([&](Database& database) {
    Journal journal{database};
    const auto seq = journal.events(job).size() + 1;
    journal.append(job, encode_event(seq, event, 1'795'000'000'000));
  });
}

void NotificationDesk::fail_and_retry(const std::string& job, const std::string& why) {
  happen(job, JobFailed{2005, why, "make room"});
  happen(job, JobStarted{"retry"});
}

std::vector<LoggedEvent> NotificationDesk::log() {
  std::vector<LoggedEvent> events;
  transact([&](Database& database) { events = ClusterLog{database}.after(0, 1000); });
  return events;
}

std::int64_t NotificationDesk::count(const std::string& table) {
  std::int64_t rows = 0;
  transact([&](Database& database) {
    const auto sql = "SELECT count(*) FROM " + table;
    Statement read{database, sql.c_str()};
    read.bind().step();
    rows = read.integer(0);
  });
  return rows;
}

}  // namespace ferry::test
