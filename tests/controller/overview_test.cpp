// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/overview.hpp"

#include "actors/spawn.hpp"
#include "base/version.hpp"
#include "tests/controller/office.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// An office whose controller also looks at the cluster as a whole, and one worker.
struct OverviewOffice : Office {
  Branch root;
  caf::actor overview;
  KeyPair worker_keys = make_key_pair();

  OverviewOffice() {
    start();
    bridge->enrol({"worker-1", Role::worker}, worker_keys.public_key);
    bridge->publish("nodes", nodes, {{Role::worker, {Hello::wire_name}}});
    overview =
        spawn_actor<Overview>(*live, OverviewOptions{bridge.get(), store, nodes, root.tree()});
  }
  ~OverviewOffice() { kill_and_wait(*live, std::exchange(overview, {})); }

  std::vector<ClusterEvent> log() {
    return ask<ClusterEventList>(overview, ListClusterEvents{}).value_or(ClusterEventList{}).events;
  }
};

}  // namespace

TEST_CASE("failed actors of a node are in the log before the node's heartbeat is answered") {
  OverviewOffice office;
  auto client = office.client(office.worker_keys);
  const Hello hello{"worker-1",       "worker",        "n-1",
                    protocol_version, program_version, {{7, "exporter", "it broke", 1000}}};
  REQUIRE(client.ask<Welcome>("nodes", hello));
  REQUIRE(client.ask<Welcome>("nodes", hello));  // the first answer may have been lost
  const auto events = office.log();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == "actor_failed");
  CHECK(events[0].subject == "worker-1/exporter");
  CHECK(events[0].text == "it broke");
  CHECK(events[0].at_ms == 1000);
}

TEST_CASE("failed actors of the controller itself are in the log, too") {
  OverviewOffice office;
  office.root.ended("jobs", "waiting", "it broke");
  CHECK(eventually([&] { return office.log().size() == 1; }));
  CHECK(eventually([&] { return office.root.tree()->untold_failures().empty(); }));
  CHECK(office.log().at(0).subject == "controller/jobs");
}

TEST_CASE("the tree of the cluster has the controller's own actors, and leaves out who is silent") {
  OverviewOffice office;
  office.root.started("store", "permanent");
  auto client = office.client(office.worker_keys);
  const Hello hello{"worker-1", "worker", "n-1", protocol_version, program_version, {}};
  REQUIRE(client.ask<Welcome>("nodes", hello));
  const auto tree = office.ask<ClusterTree>(office.overview, GetClusterTree{});
  REQUIRE(tree);
  REQUIRE(tree->nodes.size() == 1);
  CHECK(tree->nodes[0].node == "controller");
  REQUIRE(tree->nodes[0].actors.size() == 1);
  CHECK(tree->nodes[0].actors[0].path == "store");
}
