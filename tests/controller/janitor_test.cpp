// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whom the janitor asks, and what it does about what it finds.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

ResourceList listed(Crew& crew, const ListResources& request = {}) {
  auto list = crew.office.ask<ResourceList>(crew.office.janitor, request);
  REQUIRE_MESSAGE(list, (list ? "" : to_string(list.error())));
  return *list;
}

bool all_nodes_are_there(Crew& crew) {
  return eventually([&] {
    const auto list = crew.office.ask<NodeList>(crew.office.nodes, ListNodes{"", true});
    return list && list->nodes.size() >= 2;
  });
}

/// The row of an instance that was given up, of a job that has ended.
void add_abandoned(Crew& crew, const std::string& token) {
  crew.office.with_database([&](Database& database) {
    Journal journal{database};
    journal.create_job("j-1", "c-1");
    for (const auto& event : stored(first_of_life(1))) journal.append("j-1", event);
    journal.append("j-1", encode_event(2, JobCanceled{}, 2));
    journal.append("j-1", encode_event(3, JobDeleted{}, 3));
    journal.intend(token, "j-1", "instance");
    journal.abandoned(token);
    return 0;
  });
}

}  // namespace

TEST_CASE("what was given up and comes back with its node has leaked, and is removed") {
  Crew crew;
  add_abandoned(crew, "i-1");
  crew.start();
  crew.office.start_janitor(1s);
  CHECK(listed(crew).resources.empty());
  auto all = listed(crew, {.all = true}).resources;
  REQUIRE(all.size() == 1);
  CHECK(all[0].state == "abandoned");
  CHECK(all[0].finding == "closed");

  crew.script->with([](Script& s) { s.found["t-1"] = {{"instance", "i-1", "i-1", 5, 0}}; });
  REQUIRE(
      eventually([&] { return crew.script->with([](Script& s) { return !s.removed.empty(); }); }));
  CHECK(crew.script->removed[0].second.name == "i-1");
  // From now on the ledger says what is true.
  CHECK(eventually([&] {
    all = listed(crew, {.all = true}).resources;
    return all.size() == 1 && all[0].state == "released";
  }));
}

TEST_CASE("the instance of a job in error is kept, and the list, the job and its event say so") {
  Crew crew;
  crew.start();
  crew.office.start_janitor();
  crew.script->with([](Script& s) {
    s.sync_state = "failed";
    s.failure = {Errc::disk_read_failed, "sector 7", {}};
  });
  const auto id = crew.office.create(crew.source)->id;
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "InError"));
  const auto job = *crew.office.job(id);
  REQUIRE(job.holds.size() == 1);
  const auto& held = job.holds[0];
  CHECK(held.token == job.instance);
  CHECK(held.node == "t-1");
  CHECK(held.bytes == 32 * limits::gib);
  CHECK(held.since_ms >= job.started_ms);
  const auto event = crew.office.events(id).back();
  CHECK(event.text.find("It keeps instance " + job.instance + ", up to 32.0 GiB on t-1, since ") !=
        std::string::npos);
  CHECK(event.text.ends_with("'job retry' uses it, 'job cancel' releases it"));

  crew.script->with([&](Script& s) {
    s.found["t-1"] = {{"instance", held.token, held.token, 5, 0}};
  });
  REQUIRE(all_nodes_are_there(crew));
  auto rows = listed(crew).resources;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].finding == "kept");
  CHECK(rows[0].bytes == 5);
  CHECK(rows[1].bytes_max == 30 * limits::gib);
  CHECK(listed(crew, {.leaked_only = true}).resources.empty());
  const auto refused = crew.office.ask<Done>(crew.office.janitor, ReleaseResource{held.token});
  CHECK(refused.error().code == Errc::invalid_argument);

  crew.script->set(&Script::sync_state, "verified");
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "retry"}));
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.office.job(id)->holds.empty());
}

TEST_CASE("one worker looks at what all workers share, and the next one if it is silent") {
  Crew crew;
  crew.start();
  crew.office.start_janitor();
  const auto keys = make_key_pair();
  auto second = std::make_unique<FakeNode>(crew.office, "w-2", Role::worker, crew.script, keys);
  REQUIRE(eventually([&] {
    const auto list = crew.office.ask<NodeList>(crew.office.nodes, ListNodes{"worker", true});
    return list && list->nodes.size() == 2;
  }));
  const auto shared_by = [&] {
    return crew.script->with([](Script& s) {
      std::string nodes;
      for (const auto& [node, m] : s.looks) nodes += m.shared ? node + " " : "";
      CHECK(std::ranges::count_if(s.looks, [](const auto& look) { return look.second.own; }) > 0);
      s.looks.clear();
      return nodes;
    });
  };
  auto list = listed(crew);
  CHECK(list.shared_seen);
  CHECK(list.silent_nodes.empty());
  CHECK(shared_by() == "w-1 ");
  crew.worker.reset();
  list = listed(crew);
  CHECK(list.shared_seen);
  CHECK(list.silent_nodes == std::vector<std::string>{"w-1"});
  CHECK(shared_by() == "w-2 ");
  second.reset();
  CHECK_FALSE(listed(crew).shared_seen);
}

TEST_CASE("a release asks only those who can have something of that row; of a name, all") {
  Crew crew;
  crew.office.with_database([&](Database& database) {
    Journal journal{database};
    journal.create_job("j-1", "c-1");
    for (const auto& event : stored(first_of_life(1))) journal.append("j-1", event);
    journal.append("j-1", encode_event(2, JobCanceled{}, 2));
    journal.append("j-1", encode_event(3, JobDeleted{}, 3));
    journal.intend("i-1", "j-1", "instance", "t-1");
    journal.intend("e-1", "j-1", "export", "w-1");
    return 0;
  });
  crew.script->with([](Script& s) {
    s.found["t-1"] = {{"instance", "i-1", "i-1", 5, 0}, {"instance", "i-9", "i-9", 5, 0}};
  });
  crew.start();
  crew.office.start_janitor();
  REQUIRE(all_nodes_are_there(crew));
  const auto asked_for = [&](const std::string& token) {
    crew.script->with([](Script& s) { s.looks.clear(); });
    CHECK(crew.office.ask<Done>(crew.office.janitor, ReleaseResource{token}));
    return crew.script->with([](Script& s) {
      std::string asked;
      for (const auto& [node, m] : s.looks) asked += node + (m.shared ? "* " : " ");
      return asked;
    });
  };
  CHECK(asked_for("i-1") == "t-1 ");
  CHECK(crew.script->removed.back().second.name == "i-1");
  CHECK(asked_for("e-1") == "w-1 w-1* ");
  const auto all = asked_for("i-9");
  CHECK((all == "t-1 w-1 w-1* " || all == "w-1 t-1 w-1* "));
  CHECK(crew.script->removed.back().second.name == "i-9");
}
