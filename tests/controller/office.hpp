// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's actors on a real database and a bridge that listens, without any
// other node: what the controller decides by itself.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "actors/controller/janitor.hpp"
#include "actors/controller/jobs.hpp"
#include "actors/controller/nodes.hpp"
#include "actors/controller/sources.hpp"
#include "actors/controller/store.hpp"
#include "actors/spawn.hpp"
#include "base/log.hpp"
#include "storage/enrolment.hpp"
#include "storage/journal.hpp"
#include "tests/actors/scratch.hpp"
#include "transport/client.hpp"

namespace ferry::test {

inline Inventory small_server() {
  Inventory inventory;
  inventory.hostname = "web-1";
  inventory.os_id = "debian";
  inventory.architecture = "x86_64";
  inventory.firmware = "bios";
  inventory.disks.resize(2);
  inventory.disks[0].size = 30 * limits::gib;
  inventory.disks[1].size = 2 * limits::gib;
  inventory.disks[1].index = 1;
  return inventory;
}

class Office {
 public:
  Folder folder;
  LiveSystem live;
  ClusterConfig config;
  KeyPair keys = make_key_pair();
  std::unique_ptr<Bridge> bridge;
  caf::actor store, sources, nodes, janitor, jobs;
  std::chrono::milliseconds release_patience = limits::release_patience;

  Office() {
    log::start("test", log::Level::error);
    auto started = Bridge::start(*live, {"controller", keys, "tcp://127.0.0.1:*"});
    REQUIRE(started);
    bridge = std::move(*started);
  }
  ~Office() {
    stop();
    bridge.reset();
  }
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  void start() {
    store = spawn_actor<Store, caf::detached>(*live, file());
    sources = spawn_actor<Sources>(*live, store,
                                   SourcesOptions{bridge.get(), keys.public_key, config.limits});
    nodes = spawn_actor<Nodes>(*live, store, sources);
    start_jobs();
    bridge->publish("sources", sources,
                    {{Role::agent, {ReportInventory::wire_name, RegisterSource::wire_name}},
                     {Role::unenrolled, {RegisterSource::wire_name}}});
    bridge->publish("nodes", nodes,
                    {{Role::agent, {Hello::wire_name}},
                     {Role::transition, {Hello::wire_name}},
                     {Role::worker, {Hello::wire_name}}});
  }
  void start_jobs() {
    JobEnvironment environment{&config, bridge.get(), store, nodes, sources};
    environment.clock_check = std::chrono::milliseconds{50};
    environment.release_patience = release_patience;
    jobs = spawn_actor<Jobs>(*live, environment);
  }
  /// `period`: between two looks that it takes by itself.
  void start_janitor(std::chrono::seconds period = std::chrono::hours{1}) {
    janitor = spawn_actor<Janitor>(*live, JanitorOptions{bridge.get(), store, nodes, period});
  }
  void stop() {
    for (auto* actor : {&jobs, &janitor, &nodes, &sources, &store}) {
      kill_and_wait(*live, std::exchange(*actor, {}));
    }
  }
  /// As after a crash of the controller.
  void restart() {
    stop();
    start();
  }

  /// Runs `work` on the database while no actor has it.
  template <class Work>
  auto with_database(Work work) {
    REQUIRE(!store);
    Database database{file()};
    return work(database);
  }
  /// Registers a source as if it had done so before; returns its id.
  std::string add_source(const std::string& key = make_key_pair().public_key) {
    return with_database([&](Database& database) {
      Enrolment enrolment{database};
      const auto code = random_id("at");
      enrolment.create_activation(
          {code, "", sha256("secret"), 1, 0, wall_ms(), wall_ms() + 60'000, false});
      return enrolment.register_source(code, "secret", key, to_msgpack(small_server()))->id;
    });
  }

  template <class Answer, class Request>
  Result<Answer> ask(const caf::actor& actor, const Request& request,
                     caf::strong_actor_ptr* answered_by = nullptr) {
    return test::ask<Answer>(*live, actor, request, answered_by);
  }
  Result<JobView> job(const std::string& id, caf::strong_actor_ptr* actor = nullptr) {
    return ask<JobView>(jobs, GetJob{id}, actor);
  }
  /// What the agent of this source server does every two seconds.
  void heartbeat_of(const std::string& source) {
    (void)ask<Welcome>(sources, Hello{source, "agent", "n-1", protocol_version, "test", {}});
  }
  /// Asks for a job while the agent of the source server is there.
  Result<JobView> create(const std::string& source, const std::string& token = {},
                         const std::string& name = "web") {
    CreateJob request{token, {}};
    request.settings.source = source;
    request.settings.name = name;
    return create(request);
  }
  Result<JobView> create(const CreateJob& request) {
    heartbeat_of(request.settings.source);
    return ask<JobView>(jobs, request);
  }
  std::vector<EventView> events(const std::string& id) {
    return ask<EventList>(jobs, ListEvents{id, 0}).value_or(EventList{}).events;
  }
  SourceView source(const std::string& id) {
    const auto list = ask<SourceList>(sources, ListSources{id});
    REQUIRE(list);
    REQUIRE(list->sources.size() == 1);
    return list->sources.front();
  }
  [[nodiscard]] Client client(const KeyPair& of) const {
    return Client{{bridge->endpoint(), keys.public_key, of}};
  }

 private:
  [[nodiscard]] std::filesystem::path file() const { return folder.path() / "controller.db"; }
};

}  // namespace ferry::test
