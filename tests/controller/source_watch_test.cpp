// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An agent that goes and comes back is in the cluster's log, once each time.
#include "actors/controller/source_watch.hpp"

#include "actors/controller/nodes.hpp"
#include "actors/spawn.hpp"
#include "base/version.hpp"
#include "storage/cluster_log.hpp"
#include "tests/controller/office.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

struct WatchedSource {
  Office office;
  KeyPair keys = make_key_pair();
  std::string source = office.add_source(keys.public_key);
  caf::actor watch;

  WatchedSource() { start(); }
  ~WatchedSource() { kill_and_wait(*office.live, std::exchange(watch, {})); }

  void start() {
    office.start();
    SourceWatchOptions options{office.store, office.sources, office.nodes};
    options.absence = 300ms;
    options.period = 20ms;
    watch = spawn_actor<SourceWatch>(*office.live, options);
  }
  void restart() {
    kill_and_wait(*office.live, std::exchange(watch, {}));
    office.stop();
    start();
  }
  void heartbeat() {
    auto client = office.client(keys);
    const Hello hello{source, "agent", "n-1", protocol_version, program_version, {}};
    REQUIRE(eventually([&] { return client.ask<Welcome>("nodes", hello).has_value(); }));
  }
  std::vector<LoggedEvent> log() {
    std::vector<LoggedEvent> events;
    REQUIRE(office.ask<Done>(office.store, Transact{[&](Database& database) {
                               events = ClusterLog{database}.after(0, 100);
                               return caf::make_message(Done{});
                             }}));
    return events;
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> kinds;
    for (const auto& event : log()) kinds.push_back(event.kind);
    return kinds;
  }
};

using Kinds = std::vector<std::string>;

}  // namespace

TEST_CASE("an agent that falls silent is away once, and back once") {
  WatchedSource w;
  w.heartbeat();
  REQUIRE(eventually([&] { return !w.log().empty(); }));
  w.heartbeat();
  REQUIRE(eventually([&] { return w.log().size() == 2; }));
  REQUIRE(eventually([&] { return w.log().size() == 3; }));
  CHECK(w.kinds() == Kinds{"source_offline", "source_online", "source_offline"});
  const auto events = w.log();
  CHECK(events[0].subject == w.source);
  CHECK(events[0].text.find("web-1 (" + w.source + ") is away, last seen at") != std::string::npos);
  CHECK(events[1].text.ends_with("is back"));
}

TEST_CASE("an absence is told once, however often the controller starts, and with its job") {
  WatchedSource w;
  const auto job = w.office.create(w.source);
  REQUIRE(job);
  w.restart();
  REQUIRE(eventually([&] { return w.log().size() == 1; }));
  CHECK(w.log()[0].text.find("was not seen since the controller started; job " + job->id) !=
        std::string::npos);
  CHECK(w.log()[0].job == job->id);
  for (int i = 0; i < 2; ++i) {
    w.restart();
    std::this_thread::sleep_for(600ms);
    CHECK(w.kinds() == Kinds{"source_offline"});
  }
  w.heartbeat();
  CHECK(eventually([&] { return w.kinds() == Kinds{"source_offline", "source_online"}; }, 5));
}
