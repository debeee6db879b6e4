// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What jobs do by themselves when their time has come, also if nobody was there then.
#include <algorithm>

#include <doctest/doctest.h>

#include "actors/controller/job_alarm.hpp"
#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

using std::chrono::days;

std::int64_t in(std::chrono::milliseconds time) { return wall_ms() + time.count(); }

std::string make_scheduled(Crew& crew, std::chrono::milliseconds ahead) {
  CreateJob request;
  request.settings.source = crew.source;
  request.settings.name = "web";
  request.settings.scheduled_start_ms = in(ahead);
  const auto made = crew.office.create(request);
  REQUIRE_MESSAGE(made, (made ? "" : to_string(made.error())));
  CHECK(made->status == "Ready");
  CHECK(made->next_run_ms == request.settings.scheduled_start_ms);
  return made->id;
}

JobRecord record_of(const std::vector<JobEvent>& events) {
  return replay("j-1", stored(events)).value();
}

}  // namespace

TEST_CASE("a scheduled job starts at its time, and its run says so") {
  Crew crew;
  crew.start();
  const auto id = make_scheduled(crew, 48h);
  crew.pass(47h);
  CHECK(crew.office.job(id)->status == "Ready");
  crew.pass(61min);
  REQUIRE(crew.becomes(id, "Finished"));
  const auto job = crew.office.job(id);
  REQUIRE(job->runs.size() == 1);
  CHECK(job->runs[0].type == "Schedule");
}

TEST_CASE("a wall clock that is set makes nobody come or go") {
  Crew crew;
  crew.start();
  const auto is_online = [&](const std::string& name) {
    const auto list = crew.office.ask<NodeList>(crew.office.nodes, ListNodes{"worker", true});
    REQUIRE(list);
    return std::ranges::find(list->nodes, name, &NodeView::node) != list->nodes.end();
  };
  REQUIRE(eventually([&] { return is_online("w-1"); }));
  FastClock::set(24h);
  CHECK(is_online("w-1"));
  CHECK(crew.office.source(crew.source).state == "Available");
  crew.worker.reset();
  crew.agent.reset();
  FastClock::set(-1h);
  FastClock::pass(11s);
  CHECK_FALSE(is_online("w-1"));
  CHECK(crew.office.source(crew.source).state == "Unavailable");
}

TEST_CASE("a wall clock that is set past a start and then back starts the job once") {
  Crew crew;
  crew.script->sync_state = "running";
  crew.start();
  const auto id = make_scheduled(crew, 48h);
  FastClock::set(49h);
  REQUIRE(crew.becomes(id, "Syncing"));
  FastClock::set(-49h);

  SUBCASE("while it copies") {}
  SUBCASE("also for a controller that starts after it was set back") {
    crew.office.restart();
    REQUIRE(crew.becomes(id, "Syncing"));
  }
  SUBCASE("also if it is paused when that time comes") {
    REQUIRE(crew.office.ask<JobView>(crew.office.jobs, PauseJob{id}));
    crew.office.restart();
    FastClock::set(49h);
    CHECK(!eventually([&] { return crew.office.job(id)->status != "Stopped"; }, 1));
    REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "resume"}));
  }
  crew.script->set(&Script::sync_state, "verified");
  REQUIRE(crew.becomes(id, "Finished"));
  crew.pass(49h);
  const auto job = crew.office.job(id);
  REQUIRE(job->runs.size() == 1);
  CHECK(job->runs[0].type == "Schedule");
  CHECK(job->status == "Finished");
  const auto events = crew.office.events(id);
  CHECK(std::ranges::count_if(events, [](const EventView& event) {
          return event.text == "migration started by its schedule";
        }) == 1);
}

TEST_CASE("a wall clock that was ahead while the source server was away takes no start with it") {
  Crew crew;
  crew.start();
  const auto id = make_scheduled(crew, 48h);
  const auto planned_ms = crew.office.job(id)->next_run_ms;
  crew.agent.reset();
  FastClock::pass(1min);
  FastClock::set(49h);
  REQUIRE(eventually([&] { return crew.office.job(id)->waiting_for == crew.source; }));
  FastClock::set(-49h);
  CHECK(eventually([&] { return crew.office.job(id)->waiting_for.empty(); }));
  crew.agent = std::make_unique<FakeNode>(crew.office, crew.source, Role::agent, crew.script,
                                          crew.source_keys);
  crew.pass(1min);
  CHECK(!eventually([&] { return crew.office.job(id)->status != "Ready"; }, 1));
  CHECK(crew.office.job(id)->next_run_ms == planned_ms);
  crew.pass(48h);
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.office.job(id)->runs.size() == 1);
}

TEST_CASE("a controller that was down at the time of a start makes up for it") {
  Crew crew;
  crew.start();
  const auto id = make_scheduled(crew, 2h);
  crew.office.stop();
  FastClock::pass(5h);
  crew.office.start();
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.office.job(id)->runs[0].type == "Schedule");
}

TEST_CASE("a scheduled start waits for a source server that is away, and says so") {
  Crew crew;
  crew.start();
  const auto id = make_scheduled(crew, 2h);
  crew.agent.reset();
  FastClock::pass(3h);
  CHECK(eventually([&] { return crew.office.job(id)->waiting_for == crew.source; }));
  CHECK(crew.office.job(id)->status == "Ready");
  CHECK(crew.script->ensured.empty());
  crew.agent = std::make_unique<FakeNode>(crew.office, crew.source, Role::agent, crew.script,
                                          crew.source_keys);
  CHECK(crew.becomes(id, "Finished"));
}

TEST_CASE("a scheduled job can be started by hand before, and moved or set free") {
  Crew crew;
  crew.start();
  const auto id = make_scheduled(crew, 48h);
  ModifyJob change;
  change.job = id;
  change.keep_transfer = true;
  change.scheduled_start_ms = 0;
  CHECK(crew.office.ask<JobView>(crew.office.jobs, change)->next_run_ms == 0);
  crew.pass(49h);
  CHECK(crew.office.job(id)->status == "Ready");
  change.scheduled_start_ms = in(24h);
  CHECK(crew.office.ask<JobView>(crew.office.jobs, change)->next_run_ms != 0);
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "start"}));
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.office.job(id)->runs[0].type == "Manual");
}

TEST_CASE("a job that stands still expires, releases all, and goes seven days later") {
  Crew crew;
  crew.script->sync_state = "failed";
  crew.script->failure = {Errc::disk_missing, "no disk", {}};
  crew.start();
  const auto id = crew.office.create(crew.source)->id;
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "InError"));
  crew.pass(days{29});
  CHECK(crew.office.job(id)->status == "InError");
  CHECK(crew.script->with([](auto& s) { return s.released.empty(); }));
  crew.pass(days{2});
  REQUIRE(crew.becomes(id, "Expired"));
  CHECK(eventually(
      [&] { return crew.script->with([](auto& s) { return s.released.size() == 1; }); }));
  CHECK(crew.office.source(crew.source).job == id);
  crew.office.restart();
  CHECK(crew.office.job(id)->status == "Expired");
  const auto words = status_words("Expired", "Ready, Stopped, InError, Waiting");
  check_changes_nothing(crew.office, StartJob{id, {}}, Errc::job_wrong_status, words);
  crew.pass(days{6});
  CHECK(crew.office.job(id)->status == "Expired");
  crew.pass(days{2});
  CHECK(crew.becomes(id, "Deleted"));
  CHECK(eventually([&] { return crew.office.source(crew.source).job.empty(); }));
}

TEST_CASE("a controller that was down when a job expired and should have gone, lets it go") {
  Crew crew;
  crew.start();
  const auto id = crew.office.create(crew.source)->id;
  crew.office.stop();
  FastClock::pass(days{31});
  crew.office.start();
  CHECK(crew.becomes(id, "Expired"));
  crew.office.stop();
  FastClock::pass(days{8});
  crew.office.start();
  CHECK(eventually(
      [&] { return crew.office.ask<JobList>(crew.office.jobs, ListJobs{})->jobs.empty(); }));
}

TEST_CASE("validity can be moved, and what works or waits for its next run never expires") {
  Crew crew;
  crew.start();
  const auto id = crew.office.create(crew.source)->id;
  ModifyJob change;
  change.job = id;
  change.keep_transfer = true;
  change.valid_until_ms = in(days{60});
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, change));
  crew.pass(days{40});
  crew.office.restart();
  CHECK(crew.office.job(id)->status == "Ready");
  change.valid_until_ms = in(days{60});
  CHECK(crew.office.ask<JobView>(crew.office.jobs, change).error().code == Errc::invalid_argument);
  auto events = first_of_incremental_life(11);
  std::get<JobCreated>(events[0]).settings.valid_until_ms = 2'000;
  for (long count : {2, 4, 5, 9, 11}) {
    const auto due = due_event(record_of({events.begin(), events.begin() + count}), 3'000);
    CHECK(!due);
  }
  CHECK(due_event(record_of({events.begin(), events.begin() + 1}), 3'000).has_value());
}

TEST_CASE("jobs of the first version have no validity and no schedule") {
  const auto record = record_of({created()});
  CHECK(next_alarm_ms(record) == 0);
  CHECK(!due_event(record, wall_ms()));
}
