// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/controller/office.hpp"

#include <utility>

#include "actors/controller/janitor.hpp"
#include "actors/controller/jobs.hpp"
#include "actors/controller/nodes.hpp"
#include "actors/controller/sources.hpp"
#include "actors/controller/store.hpp"
#include "actors/spawn.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace ferry::test {

JobView must(const Result<JobView>& view) {
  REQUIRE_MESSAGE(view, (view ? "" : to_string(view.error())));
  return *view;
}

Inventory small_server() {
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

// -- the controller's life -------------------------------------------------------------

Office::Office() {
  log::start("test", log::Level::error);
  auto started = Bridge::start(*live, {"controller", keys, "tcp://127.0.0.1:*"});
  REQUIRE(started);
  bridge = std::move(*started);
}
Office::~Office() {
  stop();
  // A job's actor ends some time after Jobs, and uses the bridge until then.
  (*live).await_all_actors_done();
  bridge.reset();
}

void Office::start() {
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

void Office::start_jobs() {
  JobEnvironment environment{&config, bridge.get(), store, nodes, sources};
  environment.clock_check = std::chrono::milliseconds{50};
  environment.answer_time = answer_time;
  environment.silence_pause = silence_pause;
  environment.server_public_key = keys.public_key;
  jobs = spawn_actor<Jobs>(*live, environment);
  bridge->publish(
      "jobs", jobs,
      {{Role::transition, {JoinMachine::wire_name}}, {Role::unenrolled, {JoinMachine::wire_name}}});
}

void Office::start_janitor(std::chrono::seconds period) {
  janitor = spawn_actor<Janitor>(*live, JanitorOptions{bridge.get(), store, nodes, period});
}

void Office::stop() {
  for (auto* actor : {&jobs, &janitor, &nodes, &sources, &store}) {
    kill_and_wait(*live, std::exchange(*actor, {}));
  }
}

void Office::restart() {
  stop();
  start();
}

// -- calls -----------------------------------------------------------------------------

std::string Office::add_source(const std::string& key) {
  return with_database([&](Database& database) {
    Enrolment enrolment{database};
    const auto code = random_id("at");
    enrolment.create_activation(
        {code, "", sha256("secret"), 1, 0, wall_ms(), wall_ms() + 60'000, false});
    return enrolment.register_source(code, "secret", key, to_msgpack(small_server()))->id;
  });
}

Result<JobView> Office::job(const std::string& id, caf::strong_actor_ptr* actor) {
  return ask<JobView>(jobs, GetJob{id}, actor);
}

void Office::heartbeat_of(const std::string& source) {
  (void)ask<Welcome>(sources, Hello{source, "agent", "n-1", protocol_version, "test", {}});
}

Result<JobView> Office::create(const std::string& source, const std::string& token,
                               const std::string& name) {
  CreateJob request{token, {}};
  request.settings.source = source;
  request.settings.name = name;
  return create(request);
}

Result<JobView> Office::create(const CreateJob& request) {
  heartbeat_of(request.settings.source);
  return ask<JobView>(jobs, request);
}

std::vector<EventView> Office::events(const std::string& id) {
  return ask<EventList>(jobs, ListEvents{id, 0}).value_or(EventList{}).events;
}

SourceView Office::source(const std::string& id) {
  const auto list = ask<SourceList>(sources, ListSources{id});
  REQUIRE(list);
  REQUIRE(list->sources.size() == 1);
  return list->sources.front();
}

Client Office::client(const KeyPair& of) const {
  return Client{{bridge->endpoint(), keys.public_key, of}};
}

}  // namespace ferry::test
