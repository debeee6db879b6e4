// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the controller makes of findings: it asks again before a job starts, refuses what is
// critical, and tells warnings once.
#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

void server_becomes(Crew& crew, void (*change)(Inventory& server)) {
  crew.script->with([&](Script& script) { change(script.server); });
}

Result<JobView> start(Crew& crew, const std::string& id) {
  return crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}});
}

Result<SourceList> refresh(Crew& crew) {
  return crew.office.ask<SourceList>(crew.office.sources, RefreshSource{crew.source});
}

std::vector<std::string> names_of(const std::vector<Finding>& findings) {
  std::vector<std::string> names;
  for (const auto& finding : findings) names.push_back(finding.name);
  return names;
}

std::string last_text(Crew& crew, const std::string& id, const std::string& type) {
  std::string text;
  for (const auto& event : crew.office.events(id)) {
    if (event.type == type) text = event.text;
  }
  return text;
}

constexpr auto busy = [](Inventory& server) { server.facts.cpu_percent = 97; };
constexpr auto without_virtio = [](Inventory& server) {
  server.facts.modules = {{"5.4.0-xen", {"virtio_pci"}}};
};
constexpr auto mended = [](Inventory& server) { server = small_server(); };

}  // namespace

TEST_CASE("a start asks the agent to look again, and what is critical now refuses it") {
  Crew crew;
  crew.start();
  const auto id = crew.office.create(crew.source)->id;
  server_becomes(crew, without_virtio);
  check_changes_nothing(crew.office, StartJob{id, {}}, Errc::source_not_ready,
                        "no kernel has the drivers of a virtual machine's disk and network: "
                        "/lib/modules/5.4.0-xen has no virtio_pci, neither as a module nor built "
                        "in");
  CHECK(crew.script->with([](Script& script) { return script.ensured.empty(); }));
  CHECK(names_of(crew.office.source(crew.source).findings) ==
        std::vector<std::string>{"no_virtio"});
  server_becomes(crew, mended);
  REQUIRE(start(crew, id));
  CHECK(crew.becomes(id, "Finished"));
}

TEST_CASE("a server with a critical finding gets no job") {
  Crew crew;
  crew.start();
  server_becomes(crew, [](Inventory& server) { server.disks.resize(6); });
  REQUIRE(refresh(crew));
  CHECK(crew.office.create(crew.source).error().code == Errc::source_unsupported);
}

TEST_CASE("warnings are told by the start, by its event and by the job, and each once") {
  Crew crew;
  crew.script->sync_state = "running";
  crew.start();
  server_becomes(crew, busy);
  const auto id = crew.office.create(crew.source)->id;
  const auto started = start(crew, id);
  REQUIRE(started);
  CHECK(names_of(started->warnings) == std::vector<std::string>{"cpu_busy"});
  const std::string words = "warning cpu_busy: the processors are busy (97 % when it was measured)";
  CHECK(last_text(crew, id, "event.job_started") == "migration started; " + words);
  REQUIRE(crew.becomes(id, "Syncing"));
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, PauseJob{id}));
  server_becomes(crew, [](Inventory& server) {
    server.facts.cpu_percent = 99;
    server.facts.memory_percent = 99;
  });
  const auto resumed = start(crew, id);
  REQUIRE(resumed);
  CHECK(names_of(resumed->warnings) == std::vector<std::string>{"cpu_busy", "memory_full"});
  const auto text = last_text(crew, id, "event.job_started");
  CHECK(text.find("memory_full") != std::string::npos);
  CHECK(text.find("cpu_busy") == std::string::npos);
  crew.office.restart();
  CHECK(names_of(crew.office.job(id)->warnings) ==
        std::vector<std::string>{"cpu_busy", "memory_full"});
}

TEST_CASE("an agent that can't look again is taken at its last word") {
  Crew crew;
  crew.start();
  server_becomes(crew, busy);
  REQUIRE(refresh(crew));
  crew.script->with([](Script& script) {
    script.look_failure = {Errc::disk_read_failed, "/dev/vda can't be read", {}};
  });
  const auto failed = refresh(crew);
  REQUIRE(!failed);
  CHECK(failed.error().code == Errc::disk_read_failed);
  const auto started = start(crew, crew.office.create(crew.source)->id);
  REQUIRE(started);
  CHECK(names_of(started->warnings) == std::vector<std::string>{"cpu_busy"});
}

TEST_CASE("an agent that is away has findings, but can't look again") {
  Crew crew;
  crew.start();
  server_becomes(crew, busy);
  const auto before_ms = wall_ms();
  REQUIRE(refresh(crew));
  crew.agent.reset();
  FastClock::pass(1min);
  const auto away = refresh(crew);
  REQUIRE(!away);
  CHECK(away.error().code == Errc::source_offline);
  CHECK(away.error().what.find("last seen at 20") != std::string::npos);
  crew.office.restart();
  CHECK(refresh(crew).error().code == Errc::source_offline);
  const auto view = crew.office.source(crew.source);
  CHECK(names_of(view.findings) == std::vector<std::string>{"cpu_busy"});
  CHECK(view.warnings == 1);
  CHECK(view.inventory.reported_ms >= before_ms);
  CHECK(view.inventory.reported_ms < before_ms + 60'000);
}

TEST_CASE("a clock is wrong by the controller's own, not by the agent's word") {
  Crew crew;
  crew.start();
  server_becomes(crew, [](Inventory& server) {
    server.facts.clock_ms = wall_ms() - 600'000;
    server.reported_ms = server.facts.clock_ms;
  });
  const auto view = refresh(crew);
  REQUIRE(view);
  CHECK(names_of(view->sources.at(0).findings) == std::vector<std::string>{"clock_skew"});
}

TEST_CASE("a list of all servers tells what is critical, and how many warnings there are") {
  Crew crew;
  crew.start();
  server_becomes(crew, busy);
  server_becomes(crew, without_virtio);
  REQUIRE(refresh(crew));
  const auto list = crew.office.ask<SourceList>(crew.office.sources, ListSources{});
  REQUIRE(list);
  const auto& view = list->sources.at(0);
  CHECK(names_of(view.findings) == std::vector<std::string>{"no_virtio"});
  CHECK(view.warnings == 1);
  CHECK(view.inventory.facts.modules.empty());
  CHECK(crew.office.source(crew.source).findings.size() == 2);
}

TEST_CASE("a start by the clock waits until nothing critical is left") {
  Crew crew;
  crew.start();
  CreateJob request;
  request.settings.source = crew.source;
  request.settings.name = "web";
  request.settings.scheduled_start_ms = wall_ms() + 3'600'000;
  const auto id = crew.office.create(request)->id;
  server_becomes(crew, without_virtio);
  REQUIRE(refresh(crew));
  crew.pass(2h);
  REQUIRE(eventually(
      [&] { return crew.office.job(id)->waiting_for.find("FERRY-2036") != std::string::npos; }));
  CHECK(crew.office.job(id)->status == "Ready");
  server_becomes(crew, mended);
  CHECK(crew.becomes(id, "Finished"));
}
