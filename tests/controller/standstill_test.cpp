// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs that run and move nothing: what they say, how often, and what ends it.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"
#include "tests/controller/histories.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

struct WatchedCrew : Crew {
  std::string id;

  WatchedCrew() {
    start();
    script->set(&Script::sync_state, "running");
    const auto job = office.create(source);
    REQUIRE(job);
    id = job->id;
    REQUIRE(office.ask<JobView>(office.jobs, StartJob{id, {}, 0}));
    REQUIRE(becomes(id, "Syncing"));
    copy(1);
  }
  /// The agent tells that so many bytes are copied, and the controller has heard of it.
  void copy(std::uint64_t bytes) {
    script->with([&](Script& s) { s.copied = bytes; });
    const auto before = syncs();
    REQUIRE(eventually([&] { return syncs() > before + 2; }));
  }
  std::size_t syncs() {
    return script->with([](Script& s) { return s.syncs.size(); });
  }
  std::ptrdiff_t events(std::string_view type) {
    return std::ranges::count(office.events(id), type, &EventView::type);
  }
  bool stalls(std::ptrdiff_t times) {
    return eventually([&] { return events(JobStalled::wire_name) == times; });
  }
  /// That nothing is told takes as long as it takes to be asked a few times.
  bool says_no_more_than(std::ptrdiff_t times) {
    const auto before = syncs();
    eventually([&] { return syncs() > before + 3; });
    return events(JobStalled::wire_name) == times;
  }
};

}  // namespace

TEST_CASE("a job that moves nothing for long says so once, and says when it moves again") {
  WatchedCrew crew;
  crew.pass(9min);
  CHECK(crew.says_no_more_than(0));
  crew.pass(2min);
  REQUIRE(crew.stalls(1));
  CHECK(crew.office.job(crew.id)->still_since_ms != 0);
  CHECK(crew.office.job(crew.id)->status == "Running");
  crew.pass(30min);
  CHECK(crew.says_no_more_than(1));
  crew.copy(2);
  CHECK(eventually([&] { return crew.events(JobMoved::wire_name) == 1; }));
  CHECK(crew.office.job(crew.id)->still_since_ms == 0);
  crew.pass(11min);
  CHECK(crew.stalls(2));
}

TEST_CASE("a job that stands still when the controller restarts is not told a second time") {
  WatchedCrew crew;
  crew.pass(11min);
  REQUIRE(crew.stalls(1));
  crew.office.restart();
  REQUIRE(crew.becomes(crew.id, "Syncing"));
  CHECK(crew.office.job(crew.id)->still_since_ms != 0);
  crew.pass(11min);
  CHECK(crew.says_no_more_than(1));
  CHECK(crew.events(JobMoved::wire_name) == 0);
  crew.copy(2);
  CHECK(eventually([&] { return crew.events(JobMoved::wire_name) == 1; }));
}

TEST_CASE("a job that goes on is not told, however long it takes") {
  WatchedCrew crew;
  for (std::uint64_t i = 2; i < 6; ++i) {
    crew.pass(8min);
    crew.copy(i);
  }
  CHECK(crew.events(JobStalled::wire_name) == 0);
}

TEST_CASE("a paused job does not stall") {
  WatchedCrew crew;
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, PauseJob{crew.id, 0}));
  REQUIRE(crew.becomes(crew.id, "Stopped"));
  crew.pass(30min);
  CHECK(crew.office.job(crew.id)->still_since_ms == 0);
  CHECK(crew.events(JobStalled::wire_name) == 0);
}

TEST_CASE("setbacks and new settings don't move a job, its state does") {
  JobRecord record;
  const std::vector<JobEvent> life{created(), JobStarted{"start"}, InstanceIntended{"i-1", "t-1"},
                                   instance_ready()};
  for (const auto& event : life) apply(record, event, 1);
  apply(record, JobStalled{"copying disk 0", 5, "s-1"}, 9);
  CHECK(record.still_since_ms == 5);
  apply(record, JobRestarted{3001, "no link", 0}, 10);
  apply(record, InstanceReady{"c", "d", "k", {"/t/disk0.raw"}}, 11);
  apply(record, TransferModified{}, 12);
  CHECK(record.still_since_ms == 5);
  apply(record, JobPaused{}, 13);
  CHECK(record.still_since_ms == 0);
  CHECK(describe(JobStalled{"copying disk 0", 0, "s-1"}) ==
        "nothing has moved since 1970-01-01T00:00:00Z, at: copying disk 0; it waits for s-1");
}
