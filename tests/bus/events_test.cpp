// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Events of the message bus: each of them once, in order, whatever breaks in between.
#include <set>

#include "base/text.hpp"
#include "bus/limits.hpp"
#include "storage/cluster_log.hpp"
#include "storage/journal.hpp"
#include "tests/bus/site.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

void follow(BusLink& link, std::uint64_t after, std::uint32_t credit) {
  link.last = after;
  CHECK(link.must("follow", {{"after", after}, {"credit", credit}})["after"] == after);
  link.forget_pushed();
}

/// All pages of a snapshot in one.
Json snapshot(BusLink& link) {
  auto all = link.must("snapshot");
  for (std::string next = all["next"]; !next.empty();) {
    const auto page = link.must("snapshot", {{"after", next}});
    for (const auto* kind : {"jobs", "nodes", "sources", "workgroups"}) {
      for (const auto& thing : page[kind]) all[kind].push_back(thing);
    }
    next = page["next"];
  }
  return all;
}

}  // namespace

TEST_CASE("a snapshot and the events after its number miss nothing") {
  BusSite site{3};
  const auto first = site.create_job("alpha");
  site.describe_job(first, "one");
  BusLink link{site};
  link.log_in(site.viewer);
  const auto all = snapshot(link);
  CHECK(all["seq"] == 2);
  CHECK(all["sources"].size() == 3);
  REQUIRE(all["jobs"].size() == 1);
  CHECK(all["jobs"][0]["settings"]["description"] == "one");
  CHECK(all["jobs"][0]["version"] == 2);
  site.describe_job(first, "two");
  follow(link, all["seq"], 100);
  const auto old = link.events(1)[0];
  CHECK(old["job"] == first);
  CHECK(old["entry"] == 3);
  CHECK(old["type"] == "event.job_modified");
  CHECK(old["at_ms"] > 0);
  site.describe_job(first, "three");  // follows live what began long ago
  CHECK(link.events(1)[0]["entry"] == 4);
  BusLink late{site};
  late.log_in(site.viewer);
  follow(late, 0, 100);
  const auto history = late.events(4);
  CHECK(history[0]["type"] == "event.job_created");
  CHECK(history[0]["text"].get<std::string>().find(site.desk.sources[0]) != std::string::npos);
}

TEST_CASE("a snapshot comes in pages that have everything once") {
  BusSite site{150};
  const auto job = site.create_job("alpha");
  BusLink link{site};
  link.log_in(site.viewer);
  const auto page = link.must("snapshot");
  CHECK(page["jobs"][0]["id"] == job);
  CHECK(page["sources"].size() < 150);
  CHECK(page["next"].get<std::string>().starts_with("sources/"));
  const auto all = snapshot(link);
  std::set<std::string> ids;
  for (const auto& source : all["sources"]) ids.insert(source["id"].get<std::string>());
  CHECK(all["sources"].size() == 150);
  CHECK(ids.size() == 150);
  const auto sorted = std::set<std::string>{site.desk.sources.begin(), site.desk.sources.end()};
  CHECK(ids == sorted);
  const auto rest = link.must("snapshot", {{"after", "sources/" + *std::prev(sorted.end(), 2)}});
  CHECK(rest["sources"].size() == 1);
  CHECK(rest["jobs"].empty());
  CHECK(rest["next"] == "");
}

TEST_CASE("numbers go on over a new start of the controller, and so does a follower") {
  BusSite site;
  const auto job = site.create_job("alpha");
  BusLink link{site};
  link.log_in(site.viewer);
  follow(link, 0, 100);
  (void)link.events(1);
  site.describe_job(job, "before");
  site.restart();
  site.describe_job(job, "after");
  // The socket connects again by itself; its link is a new one, and nobody's.
  CHECK(eventually([&] { return link.ask("ping").value("status", 0) == 401; }));
  link.log_in(site.viewer);
  follow(link, link.last, 100);
  const auto rest = link.events(link.last == 1 ? 2 : 1);
  CHECK(rest.back()["seq"] == 3);
  CHECK(rest.back()["entry"] == 3);
}

TEST_CASE("events come as far as they are wanted, and no further") {
  BusSite site;
  const auto job = site.create_job("alpha");
  for (int i = 0; i < 5; ++i) site.describe_job(job, std::to_string(i));
  BusLink link{site};
  link.log_in(site.viewer);
  follow(link, 0, 2);
  (void)link.events(2);
  CHECK(!link.pushed(700));
  link.send({{"v", 1}, {"type", "credit"}, {"credit", 1}});
  (void)link.events(1);
  CHECK(!link.pushed(700));
  CHECK(link.must("credit", {{"credit", 4'000'000'000U}})["credit"] == limits::bus_credit_max);
  (void)link.events(3);
  follow(link, 4, 1);  // anew, from elsewhere
  CHECK(link.events(1)[0]["entry"] == 5);
}

TEST_CASE("a client that reads nothing holds up nobody, and has missed nothing when it reads") {
  // More than its socket, the kernel and the bus keep for one that doesn't read.
  constexpr int many = 1500;
  BusSite site;
  site.restart([&] {
    Database database{site.database()};
    Transaction all{database};
    for (int i = 0; i < many; ++i) {
      ClusterLog{database}.append({0, i, "kind", "subject", std::string(4000, 'x')});
    }
    all.commit();
  });
  BusLink slow{site, 1};
  slow.log_in(site.viewer);
  BusLink quick{site};
  quick.log_in(site.viewer);
  follow(slow, 0, 1000);
  follow(quick, 0, 1000);
  for (int i = 0; i < many / 500; ++i) {
    slow.send({{"v", 1}, {"type", "credit"}, {"credit", 500}});
    (void)quick.events(500);
    quick.send({{"v", 1}, {"type", "credit"}, {"credit", 500}});
  }
  for (int i = 0; i < many / 500; ++i) {
    (void)slow.events(500);
    slow.send({{"v", 1}, {"type", "credit"}, {"credit", 500}});
  }
  CHECK(slow.last == many);
}

TEST_CASE("where events are not kept any more, a follower is told to take a snapshot") {
  BusSite site;
  (void)site.create_job("alpha");
  BusLink link{site};
  link.log_in(site.viewer);
  check_refused(link.ask("follow", {{"after", 2}, {"credit", 9}}), 410, "events_gone");
  site.restart([&] {
    Database database{site.database()};
    Transaction all{database};
    for (std::size_t i = 0; i < limits::cluster_events_max + 5; ++i) {
      ClusterLog{database}.append({0, static_cast<std::int64_t>(i), "kind", "subject", "text"});
    }
    all.commit();
  });
  BusLink anew{site};
  anew.log_in(site.viewer);
  check_refused(anew.ask("follow", {{"after", 5}, {"credit", 9}}), 410, "events_gone");
  follow(anew, 6, 3);
  const auto events = anew.events(3);
  CHECK(events[0]["job"] == "");
  CHECK(events[0]["type"] == "kind");
  CHECK(events[0]["subject"] == "subject");
  follow(anew, anew.must("snapshot")["seq"], 9);
}

TEST_CASE("without events a follower hears that it knows everything") {
  BusSite site;
  (void)site.create_job("alpha");
  BusLink link{site};
  link.log_in(site.viewer);
  follow(link, 0, 100);
  (void)link.events(1);
  const auto message = link.pushed(7000);
  REQUIRE(message);
  REQUIRE(message->contains("alive"));
  const auto& alive = (*message)["alive"];
  CHECK(alive["seq"] == 1);
  CHECK(alive["newest"] == 1);
  CHECK(alive["at_ms"] > 0);
  CHECK(alive["age_ms"] < 2000);
}

TEST_CASE("the keys that the journal holds never leave") {
  BusSite site;
  const auto job = site.create_job("alpha");
  const std::string secret = "planted-secret-of-a-machine";
  std::string digest_key;
  site.restart([&] {
    Database database{site.database()};
    Journal journal{database};
    const auto created = decode_body<JobCreated>(journal.events(job).at(0).body);
    REQUIRE(created);
    digest_key = {created->digest_key.begin(), created->digest_key.end()};
    const MachineIntended machine{"token", "worker-1", {secret.begin(), secret.end()}};
    journal.append(job, {2, std::string{MachineIntended::wire_name}, to_msgpack(machine), 5});
  });
  REQUIRE(digest_key.size() == 32);
  BusLink link{site};
  link.log_in(site.admin);
  follow(link, 0, 100);
  const auto events = link.events(2);
  CHECK(events[1]["type"] == "event.machine_intended");
  CHECK(events[1]["text"].get<std::string>().find("worker-1") != std::string::npos);
  (void)link.must("snapshot");
  (void)link.call("getJob", {{"job", job}});
  (void)link.call("listJobEvents", {{"job", job}});
  (void)link.call("listAccessKeys");
  const auto& heard = link.heard();
  for (const auto& hidden : {secret, digest_key, site.admin.secret, site.viewer.secret}) {
    CHECK(heard.find(hidden) == std::string::npos);
    CHECK(heard.find(to_hex(hidden)) == std::string::npos);
  }
}
