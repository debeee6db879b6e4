// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whoever subscribed is told what happened: once, in order, and over every death.
#include "actors/controller/notifications.hpp"

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/free_port.hpp"
#include "notify/webhook.hpp"
#include "storage/enrolment.hpp"
#include "tests/controller/histories.hpp"
#include "tests/controller/notification_desk.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& body, const std::string& text) {
  return body.find(text) != std::string::npos;
}

std::string why_of(const std::string& body) {
  const auto at = body.find("\"text\":\"") + 8;
  return body.substr(at, body.find('"', at) - at);
}

/// Why each of those that were taken.
std::vector<std::string> whys(const WebhookReceiver& receiver) {
  std::vector<std::string> all;
  for (const auto& body : receiver.taken()) all.push_back(why_of(body));
  return all;
}

using Texts = std::vector<std::string>;

std::string nobody() { return "http://127.0.0.1:" + std::to_string(free_port()) + "/"; }

}  // namespace

TEST_CASE("a job that fails is told with the error and the way on, signed") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  const auto added = desk.add(receiver.url());
  desk.begin_job("j-1");
  desk.happen("j-1", JobFailed{2005, "no room in /srv", "make room"});
  REQUIRE(eventually([&] { return receiver.taken().size() == 1; }));
  const auto request = receiver.came().at(0);
  for (const auto* part :
       {R"("type":"error")", R"("timestamp":"2026-11-18T11:06:40Z")", R"("cluster":"lab")",
        R"("job":"j-1")", R"("job_name":"name of j-1")", R"("source":"s-1")",
        R"("code":"FERRY-2005")", R"("text":"no room in /srv")", R"("fix":"make room")"}) {
    CHECK_MESSAGE(has(request.body, part), part, " in ", request.body);
  }
  const auto signed_again =
      webhook_request(*parse_webhook_url(receiver.url()), *webhook_key(added.secret),
                      std::string{request.header("webhook-id")}, request.body,
                      1000 * std::stoll(std::string{request.header("webhook-timestamp")}));
  CHECK(request.header("webhook-signature") == signed_again.header("webhook-signature"));
  CHECK(std::abs(std::stoll(std::string{request.header("webhook-timestamp")}) - wall_ms() / 1000) <
        30);
  REQUIRE(eventually([&] { return desk.view(added.id).delivered == 1; }));
  CHECK(desk.view(added.id).waiting == 0);
  CHECK(desk.count("notice") == 0);
}

TEST_CASE("the end of a job, of a run and of its validity are told, and what stalls") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  (void)desk.add(receiver.url());
  for (const auto* job : {"j-1", "j-2"}) {
    desk.transact([&](Database& database) { Journal{database}.create_job(job, job); });
    for (const auto& event : job == std::string{"j-1"} ? long_life() : long_incremental_life()) {
      desk.happen(job, event);
    }
  }
  desk.begin_job("j-3");
  desk.happen("j-3", JobPaused{});
  desk.happen("j-3", JobExpired{});
  desk.happen("j-3", ReleaseStalled{"i-1", "instance", "t-1", 6001, "no answer", "start it"});
  desk.begin_job("j-4");
  desk.happen("j-4", JobStalled{"copying disk 0", 1'700'000'000'000, "s-1"});
  const auto types_of = [&](const std::string& job) {
    Texts types;
    for (const auto& body : receiver.taken()) {
      if (has(body, "\"job\":\"" + job + "\""))
        types.push_back(body.substr(9, body.find('"', 9) - 9));
    }
    return types;
  };
  CHECK(eventually([&] { return types_of("j-3") == Texts{"error", "stalled"}; }));
  CHECK(eventually([&] { return types_of("j-4") == Texts{"stalled"}; }));
  CHECK(types_of("j-1") == Texts{"error", "done"});
  const auto incremental = types_of("j-2");
  CHECK(std::ranges::count(incremental, "done") >= 2);
  const auto bodies = receiver.taken();
  CHECK(std::ranges::any_of(bodies, [](const std::string& body) {
    return has(body, R"("type":"done")") && has(body, R"("image":"m-ens")");
  }));
}

TEST_CASE("job, tags and events decide who is told") {
  NotificationDesk desk;
  WebhookReceiver all, one, tagged, any_value, done;
  (void)desk.add(all.url());
  (void)desk.add(one.url(), {.job = "j-2"});
  (void)desk.add(tagged.url(), {.tags = {{"team", "web"}, {"stage", "prod"}}});
  (void)desk.add(any_value.url(), {.tags = {{"team", ""}}});
  (void)desk.add(done.url(), {.events = {"done", "leak"}});
  desk.begin_job("j-1", {{"team", "web"}});
  desk.begin_job("j-2", {{"team", "web"}, {"stage", "prod"}});
  desk.begin_job("j-3");
  for (const auto* job : {"j-1", "j-2", "j-3"}) desk.fail_and_retry(job, job);
  REQUIRE(eventually([&] {
    return all.taken().size() == 3 && one.taken().size() == 1 && any_value.taken().size() == 2;
  }));
  REQUIRE(eventually([&] { return desk.count("delivery") == 0; }));
  CHECK(whys(one) == Texts{"j-2"});
  CHECK(whys(tagged) == Texts{"j-2"});
  CHECK(whys(any_value) == Texts{"j-1", "j-2"});
  CHECK(done.came().empty());
}

TEST_CASE("a leak and an agent that is away are told, to those of the job or the server's tags") {
  NotificationDesk desk;
  WebhookReceiver all, one, tagged;
  (void)desk.add(all.url());
  (void)desk.add(one.url(), {.job = "j-1"});
  (void)desk.add(tagged.url(), {.tags = {{"rack", "7"}}});
  desk.begin_job("j-1");
  desk.transact([](Database& database) {
    database.execute(
        "INSERT INTO source(id,public_key,activation,inventory,created_ms) VALUES"
        " ('s-9','key','at-1',x'62',3)");
    Enrolment enrolment{database};
    auto source = enrolment.sources().at(0);
    msgpack::sbuffer tags;
    msgpack::pack(tags, std::vector<Tag>{{"rack", "7"}});
    source.tags = {tags.data(), tags.size()};
    enrolment.update_words(source);
    ClusterLog log{database};
    log.append({0, 1, "resource_leaked", "i-1", "instance i-1 has leaked", "j-1"});
    log.append({0, 1, "resource_leaked", "i-1", "instance i-1 has leaked", "j-1"});  // seen again
    log.append({0, 2, "source_offline", "s-9", "s-9 is away"});
    log.append({0, 3, "source_online", "s-9", "s-9 is back"});
    log.append({0, 4, "actor_failed", "x", "y"});
  });
  REQUIRE(eventually([&] { return all.taken().size() == 2 && tagged.taken().size() == 1; }));
  REQUIRE(eventually([&] { return desk.count("delivery") == 0; }));
  CHECK(whys(all) == Texts{"instance i-1 has leaked", "s-9 is away"});
  CHECK(whys(one) == Texts{"instance i-1 has leaked"});
  CHECK(has(all.taken()[0], R"("job_name":"name of j-1")"));
  CHECK(whys(tagged) == Texts{"s-9 is away"});
  CHECK(has(tagged.taken()[0], R"("source":"s-9")"));
}

TEST_CASE("what nobody has subscribed to is not kept") {
  NotificationDesk desk;
  desk.begin_job("j-1");
  desk.fail_and_retry("j-1", "before");
  CHECK(desk.count("notice") == 0);
  WebhookReceiver receiver;
  (void)desk.add(receiver.url());
  desk.fail_and_retry("j-1", "after");
  REQUIRE(eventually([&] { return !receiver.taken().empty(); }));
  CHECK(whys(receiver) == Texts{"after"});
}

TEST_CASE("what is refused comes again, as the same; later ones of the job wait, others do not") {
  NotificationDesk desk;
  WebhookReceiver receiver;
  receiver.answer(500, "first of j-1");
  const auto id = desk.add(receiver.url()).id;
  desk.begin_job("j-1");
  desk.begin_job("j-2");
  desk.fail_and_retry("j-1", "first of j-1");
  desk.fail_and_retry("j-1", "second of j-1");
  desk.fail_and_retry("j-2", "first of j-2");
  REQUIRE(eventually([&] { return receiver.taken().size() == 1 && receiver.came().size() >= 4; }));
  CHECK(whys(receiver) == Texts{"first of j-2"});
  // It is empty for a moment after what was taken.
  CHECK(eventually([&] { return has(desk.view(id).error, "answered 500"); }));
  std::set<std::string_view> ids;
  const auto came = receiver.came();
  for (const auto& request : came) {
    if (has(request.body, "first of j-1")) ids.insert(request.header("webhook-id"));
  }
  CHECK(ids.size() == 1);
  receiver.answer(200, "first of j-1");
  REQUIRE(eventually([&] { return receiver.taken().size() == 3; }));
  CHECK(whys(receiver) == Texts{"first of j-2", "first of j-1", "second of j-1"});
  REQUIRE(eventually([&] { return desk.view(id).delivered == 3; }));
  CHECK(desk.view(id).error.empty());
}

TEST_CASE("receivers that give no answer hold up nobody else") {
  NotificationDesk desk;
  desk.pause_first = 1h;
  desk.stop();
  desk.start();
  std::vector<std::string> dead;
  // More than are sent at once.
  for (std::size_t i = 0; i < limits::notifications_at_once + 2; ++i) {
    dead.push_back(desk.add(nobody()).id);
  }
  WebhookReceiver receiver;
  (void)desk.add(receiver.url());
  desk.begin_job("j-1");
  for (int i = 0; i < 3; ++i) desk.fail_and_retry("j-1", std::to_string(i));
  REQUIRE(eventually([&] { return receiver.taken().size() == 3; }));
  REQUIRE(eventually([&] {
    return std::ranges::all_of(dead, [&](const auto& id) { return !desk.view(id).error.empty(); });
  }));
  CHECK(desk.view(dead[0]).waiting == 3);
}
