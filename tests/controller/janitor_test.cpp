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
  REQUIRE(eventually([&] {
    return crew.script->with([](Script& s) { return !s.removed.empty(); });
  }));
  CHECK(crew.script->removed[0].second.name == "i-1");
  // From now on the ledger says what is true.
  CHECK(eventually([&] {
    all = listed(crew, {.all = true}).resources;
    return all.size() == 1 && all[0].state == "released";
  }));
}
