// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of notifications when somebody dies, or never takes them, and what is refused.
#include <doctest/doctest.h>

#include "base/file.hpp"
#include "base/free_port.hpp"
#include "notify/limits.hpp"
#include "tests/controller/notification_desk.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> numbers(const WebhookReceiver& receiver) {
  std::vector<std::string> all;
  for (const auto& body : receiver.taken()) {
    const auto at = body.find("number ") + 7;
    all.push_back(body.substr(at, body.find('"', at) - at));
  }
  return all;
}

std::int64_t of_kind(NotificationDesk& desk, const std::string& kind) {
  return std::ranges::count(desk.log(), kind, &LoggedEvent::kind);
}

}  // namespace

TEST_CASE("what was not delivered is delivered after a death, in order, and nothing twice") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  receiver.answer(503);
  (void)desk.add(receiver.url());
  desk.begin_job("j-1");
  std::vector<std::string> wanted;
  for (int i = 0; i < 12; ++i) {
    wanted.push_back(std::to_string(i));
    desk.fail_and_retry("j-1", "number " + wanted.back());
    if (i % 3 == 0) {
      desk.stop();
      desk.start();
    }
  }
  receiver.answer(200);
  REQUIRE(eventually([&] { return receiver.taken().size() >= wanted.size(); }));
  CHECK(numbers(receiver) == wanted);
}

TEST_CASE("a notice that was not looked at before a death is told after it") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  (void)desk.add(receiver.url());
  desk.begin_job("j-1");
  kill_and_wait(*desk.live, std::exchange(desk.notifications, {}));
  desk.fail_and_retry("j-1", "number 1");
  CHECK(desk.count("notice") == 1);
  desk.stop();
  desk.start();
  REQUIRE(eventually([&] { return receiver.taken().size() == 1; }));
  CHECK(desk.count("notice") == 0);
}

TEST_CASE(
    "what is never taken is given up after the last attempt, and the log and the list say so") {
  NotificationDesk desk;
  desk.pause_first = 1ms;
  desk.stop();
  desk.start();
  WebhookReceiver receiver;
  receiver.answer(400, "number 1");
  const auto id = desk.add(receiver.url()).id;
  desk.begin_job("j-1");
  desk.fail_and_retry("j-1", "number 1");
  // The pauses grow to an hour; a test of the receiver forgets them.
  REQUIRE(eventually([&] {
    (void)desk.ask<Done>(TestNotification{id});
    return desk.view(id).given_up == 1;
  }));
  const auto attempts = std::ranges::count_if(receiver.came(), [](const HttpRequest& request) {
    return request.body.find("number 1") != std::string::npos;
  });
  CHECK(attempts == limits::notification_attempts_max);
  CHECK(desk.view(id).waiting == 0);
  CHECK(desk.view(id).error.find("answered 400") != std::string::npos);
  CHECK(of_kind(desk, "notification_given_up") == 1);
  desk.fail_and_retry("j-1", "number 2");
  CHECK(eventually([&] { return numbers(receiver).back() == "2"; }));
}

TEST_CASE("a receiver that is gone for good is disabled, until it takes a test") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  receiver.answer(410);
  const auto id = desk.add(receiver.url()).id;
  desk.begin_job("j-1");
  desk.fail_and_retry("j-1", "number 1");
  REQUIRE(eventually([&] { return desk.view(id).status == "disabled"; }));
  CHECK(desk.view(id).given_up == 1);
  CHECK(of_kind(desk, "notification_disabled") == 1);
  desk.stop();
  desk.start();
  desk.fail_and_retry("j-1", "number 2");
  CHECK(desk.count("notice") == 0);
  CHECK(desk.ask<Done>(TestNotification{id}).error().code == Errc::notification_refused);
  CHECK(desk.view(id).status == "disabled");
  receiver.answer(200);
  REQUIRE(desk.ask<Done>(TestNotification{id}));
  CHECK(desk.view(id).status == "active");
  desk.fail_and_retry("j-1", "number 3");
  REQUIRE(eventually([&] { return receiver.taken().size() == 2; }));
  CHECK(receiver.taken()[0].find(R"("type":"test")") != std::string::npos);
  CHECK(numbers(receiver)[1] == "3");
}

TEST_CASE("of too many that wait the older half is given up, in one word of the log") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  receiver.answer(503);
  const auto id = desk.add(receiver.url()).id;
  desk.transact([&](Database& database) {
    NotificationTable table{database};
    for (std::uint64_t i = 0; i < limits::notification_queue_max; ++i) {
      table.enqueue(id, "j-0", "body");
    }
  });
  desk.begin_job("j-1");
  desk.fail_and_retry("j-1", "number 1");
  const auto half = limits::notification_queue_max / 2;
  REQUIRE(eventually([&] { return desk.view(id).given_up == half; }));
  CHECK(desk.view(id).waiting == half + 1);
  CHECK(of_kind(desk, "notifications_given_up") == 1);
}

TEST_CASE("a subscription that is removed is told nothing more, also of what waits") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  receiver.answer(503);
  const auto id = desk.add(receiver.url()).id;
  desk.begin_job("j-1");
  desk.fail_and_retry("j-1", "number 1");
  REQUIRE(eventually([&] { return !receiver.came().empty(); }));
  REQUIRE(desk.ask<Done>(RemoveNotification{id}));
  CHECK(desk.count("delivery") == 0);
  CHECK(desk.ask<Done>(RemoveNotification{id}).error().code == Errc::not_found);
  CHECK(desk.ask<Done>(TestNotification{id}).error().code == Errc::not_found);
  receiver.answer(200);
  desk.fail_and_retry("j-1", "number 2");
  CHECK(desk.count("notice") == 0);
  CHECK(receiver.taken().empty());
}

TEST_CASE("the secret of a webhook is in no list and not in the database") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  const auto added = desk.add(receiver.url());
  const std::string own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  CHECK(desk.add(receiver.url(), {.secret = own}).secret.empty());
  CHECK(to_json(*desk.ask<NotificationList>(ListNotifications{})).find("whsec") ==
        std::string::npos);
  desk.stop();
  const auto bytes = read_file(desk.folder.path() / "controller.db", 1 << 26).value_or("") +
                     read_file(desk.folder.path() / "controller.db-wal", 1 << 26).value_or("");
  CHECK(bytes.find(receiver.url()) != std::string::npos);
  CHECK(bytes.find(added.secret.substr(6)) == std::string::npos);
  CHECK(bytes.find(own.substr(6)) == std::string::npos);
  desk.start("another-key");
  CHECK(desk.view(added.id).status == "unreadable");
  desk.begin_job("j-1");
  desk.fail_and_retry("j-1", "number 1");
  CHECK(eventually([&] { return desk.view(added.id).waiting == 1; }));
  CHECK(receiver.came().empty());
}

TEST_CASE("what can't be a subscription is refused") {
  NotificationDesk desk;
  const std::string url = "https://example.org/x";
  const auto refused = [&](const AddNotification& request) {
    const auto added = desk.ask<NotificationAdded>(request);
    return added ? Errc::none : added.error().code;
  };
  CHECK(refused({.kind = "pigeon", .target = url}) == Errc::invalid_argument);
  CHECK(refused({.kind = "webhook", .target = "file:///x"}) == Errc::invalid_argument);
  CHECK(refused({.kind = "webhook", .target = url, .events = {"all"}}) == Errc::invalid_argument);
  CHECK(refused({.kind = "webhook", .target = url, .events = {"done", "done"}}) ==
        Errc::invalid_argument);
  CHECK(refused({.kind = "webhook", .target = url, .secret = "short"}) == Errc::invalid_argument);
  CHECK(refused({.kind = "webhook", .target = url, .tags = {{"", "x"}}}) == Errc::invalid_argument);
  CHECK(refused({.kind = "mail", .target = "a@b\r\nX: y"}) == Errc::invalid_argument);
  CHECK(refused({.kind = "mail", .target = "a@b.org"}) == Errc::config_conflict);
  for (std::size_t i = 0; i < limits::notifications_max; ++i) (void)desk.add(url);
  CHECK(refused({.kind = "webhook", .target = url}) == Errc::limit_exceeded);
}
