// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs of one and of several runs, from start to end, by real actors and links; only
// the work of the nodes is played.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

std::string make_incremental(Crew& crew, std::uint32_t keep = 2) {
  CreateJob request;
  request.settings.source = crew.source;
  request.settings.name = "web";
  request.settings.run_once = false;
  request.settings.frequency_hours = 6;
  request.settings.images_to_keep = keep;
  return must(crew.office.create(request)).id;
}

std::string waiting_job(Crew& crew, std::uint32_t keep = 2) {
  const auto id = make_incremental(crew, keep);
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "start"}));
  REQUIRE(crew.becomes(id, "Waiting"));
  return id;
}

/// Without the parts of what it holds.
std::ptrdiff_t whole_rows(Crew& crew, const std::string& id) {
  return std::ranges::count(open_rows(crew, id), "", &StoredResource::parent);
}

bool has_event(Office& office, const std::string& id, const std::string& type) {
  return std::ranges::any_of(office.events(id), [&](const auto& e) { return e.type == type; });
}

}  // namespace

TEST_CASE("a job that runs once goes through to its image and holds nothing afterwards") {
  Crew crew;
  crew.start();
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Finished"));
  const auto job = must(crew.office.job(id));
  REQUIRE(job.runs.size() == 1);
  CHECK(job.runs[0].type == "Manual");
  CHECK(job.runs[0].image == job.image);
  CHECK(job.runs[0].ended_ms != 0);
  CHECK(job.images == std::vector{job.image});
  CHECK(crew.script->imports.back().second.image_name == "web");
  CHECK(whole_rows(crew, id) == 0);
}

TEST_CASE("after a run of an incremental job only the instance and the image stay") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew);
  const auto job = must(crew.office.job(id));
  CHECK(job.business_status.empty());
  CHECK(job.next_run_ms == job.runs[0].started_ms + 6 * 3'600'000);
  CHECK(crew.script->released.empty());
  CHECK(crew.script->discarded_exports.size() == 1);
  CHECK(crew.office.source(crew.source).job == id);
  CHECK(whole_rows(crew, id) == 1);
  CHECK(must(crew.office.job(id)).status == "Waiting");
}

TEST_CASE("the next run comes by the clock, with new tokens on the same instance") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew);
  const auto epoch = must(crew.office.job(id)).epoch;
  crew.pass(6h);
  REQUIRE(eventually([&] { return must(crew.office.job(id)).run_number == 2; }));
  REQUIRE(crew.becomes(id, "Waiting"));
  const auto job = must(crew.office.job(id));
  CHECK(job.epoch > epoch);
  REQUIRE(job.runs.size() == 2);
  CHECK(job.runs[1].type == "Schedule");
  CHECK(job.images.size() == 2);
  auto& script = *crew.script;
  CHECK(script.imports.back().second.image_name == "web_CYCLE_2");
  std::set<std::string> instances, images, tokens;
  for (const auto& m : script.syncs) instances.insert(m.token);
  for (const auto& [node, m] : script.exports) images.insert(m.image);
  for (const auto& [node, m] : script.imports) tokens.insert(m.token);
  CHECK(instances.size() == 1);
  CHECK(images.size() == 2);
  CHECK(tokens.size() == 2);
  CHECK(script.ensured.back().create == false);
}

TEST_CASE("a run can be started by hand as well") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew);
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "start"}));
  REQUIRE(eventually([&] { return must(crew.office.job(id)).runs.size() == 2; }));
  REQUIRE(crew.becomes(id, "Waiting"));
  CHECK(must(crew.office.job(id)).runs[1].type == "Manual");
}

TEST_CASE("images that are too many are removed, the oldest first, intent before effect") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew, 1);
  const auto first = must(crew.office.job(id)).image;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(eventually([&] { return must(crew.office.job(id)).runs.size() == 2; }));
  REQUIRE(crew.becomes(id, "Waiting"));
  const auto job = must(crew.office.job(id));
  CHECK(job.images == std::vector{job.image});
  CHECK(job.image != first);
  REQUIRE(crew.script->discarded_imports.size() == 1);
  CHECK("m-of-" + crew.script->discarded_imports[0].second.token == first);
  CHECK(has_event(crew.office, id, "event.image_retired"));
  CHECK(has_event(crew.office, id, "event.image_removed"));
}

TEST_CASE("a cut-over without data ends the job with the image that exists") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew);
  must(crew.office.ask<JobView>(crew.office.jobs, CutOverJob{id, false}));
  REQUIRE(crew.becomes(id, "Finished"));
  const auto job = must(crew.office.job(id));
  CHECK(job.runs.size() == 1);
  CHECK(crew.script->released.size() == 1);
  CHECK(eventually([&] { return crew.office.source(crew.source).job.empty(); }));
}

TEST_CASE("a cut-over with data ends the job after one last run") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew, 1);
  must(crew.office.ask<JobView>(crew.office.jobs, CutOverJob{id, true}));
  REQUIRE(crew.becomes(id, "Finished"));
  const auto job = must(crew.office.job(id));
  CHECK(job.runs.size() == 2);
  CHECK(job.images == std::vector{job.image});
  CHECK(crew.script->released.size() == 1);
}

TEST_CASE("a start or cut-over is refused while the agent of the source server is away") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew);
  crew.agent.reset();
  FastClock::pass(1min);
  const std::string words =
      "The specified source server status: Unavailable is invalid. This operation can only be "
      "performed in the following status: Available, InUse.";
  check_changes_nothing(crew.office, StartJob{id, {}}, Errc::source_wrong_state, words);
  check_changes_nothing(crew.office, CutOverJob{id, true}, Errc::source_wrong_state, words);
  check_changes_nothing(crew.office, CutOverJob{id, false}, Errc::source_wrong_state, words);
}

TEST_CASE("a worker that is gone while it exports has its work taken up by another") {
  Crew crew;
  crew.office.answer_time = Crew::short_answer_time;
  crew.script->export_state = "running";
  crew.start();
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(
      eventually([&] { return crew.script->with([](auto& s) { return !s.exports.empty(); }); }));
  const auto first = crew.script->with([](auto& s) { return s.exports.back().second; });
  const auto epoch = must(crew.office.job(id)).epoch;
  crew.worker.reset();
  FastClock::pass(11s);
  // With no other worker there it waits for this one.
  CHECK(eventually([&] { return must(crew.office.job(id)).waiting_for == "w-1"; }));
  CHECK(must(crew.office.job(id)).business_status == "Processing");
  const FakeNode second{crew.office, "w-2", Role::worker, crew.script};
  const auto taken_up = [&] {
    return crew.script->with([](auto& s) { return s.exports.back().first == "w-2"; });
  };
  REQUIRE(eventually(taken_up));
  const auto again = crew.script->with([](auto& s) { return s.exports.back().second; });
  CHECK(again.image != first.image);
  CHECK(again.epoch > epoch);
  CHECK(has_event(crew.office, id, "event.worker_replaced"));
  crew.script->set(&Script::export_state, "done");
  // What the lost worker began is released elsewhere only once its lease is over.
  REQUIRE(crew.becomes(id, "Cleaning"));
  const auto first_is_gone = [&] {
    return crew.script->with([&](auto& s) {
      return std::ranges::any_of(s.discarded_exports, [&](const auto& discarded) {
        return discarded.second.image == first.image && discarded.first == "w-2";
      });
    });
  };
  CHECK(!eventually(first_is_gone, 1));
  FastClock::set(24h);  // which says nothing of that lease
  CHECK(!eventually(first_is_gone, 1));
  FastClock::pass(limits::work_lease);
  CHECK(eventually(first_is_gone));
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(whole_rows(crew, id) == 0);
}

TEST_CASE("a worker that is gone while it imports leaves the exported objects to another") {
  Crew crew;
  crew.script->import_state = "running";
  crew.start();
  const FakeNode second{crew.office, "w-2", Role::worker, crew.script};
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(
      eventually([&] { return crew.script->with([](auto& s) { return !s.imports.empty(); }); }));
  const auto exports = crew.script->with([](auto& s) { return s.exports.size(); });
  const auto first = crew.script->with([](auto& s) { return s.imports.back(); });
  REQUIRE(first.first == "w-1");
  crew.worker.reset();
  FastClock::pass(11s);
  REQUIRE(eventually(
      [&] { return crew.script->with([](auto& s) { return s.imports.back().first == "w-2"; }); }));
  crew.script->set(&Script::import_state, "done");
  REQUIRE(crew.becomes(id, "Cleaning"));
  // The lost worker comes back and is told to undo what it may have done.
  crew.worker = std::make_unique<FakeNode>(crew.office, "w-1", Role::worker, crew.script);
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.script->exports.size() == exports);
  REQUIRE(crew.script->discarded_imports.size() == 1);
  CHECK(crew.script->discarded_imports[0].first == "w-1");
  CHECK(crew.script->discarded_imports[0].second.token == first.second.token);
  CHECK(crew.script->imports.back().second.token != first.second.token);
  CHECK(whole_rows(crew, id) == 0);
}

TEST_CASE("a job that waits is paused, stays so, and resumes with a new run") {
  Crew crew;
  crew.start();
  const auto id = waiting_job(crew);
  CHECK(must(crew.office.ask<JobView>(crew.office.jobs, PauseJob{id})).status == "Stopped");
  crew.pass(7h);
  crew.office.restart();
  CHECK(must(crew.office.job(id)).status == "Stopped");
  CHECK(must(crew.office.job(id)).runs.size() == 1);
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "resume"}));
  REQUIRE(eventually([&] { return must(crew.office.job(id)).runs.size() == 2; }));
  CHECK(crew.becomes(id, "Waiting"));
}

TEST_CASE("a job of several runs survives a restart of the controller in every state") {
  // Some states, in the first and in a later run; the simulator goes through all.
  for (const long count : {1, 4, 6, 9, 17, 25}) {
    CAPTURE(count);
    Crew crew;
    const auto id = add_job(crew.office, crew.source, first_of_incremental_life(count));
    crew.start();
    const FakeNode second{crew.office, "w-2", Role::worker, crew.script};
    const FakeNode third{crew.office, "w-3", Role::worker, crew.script};
    if (count == 1) must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
    // The history is of 1970, so one more run may be due at once.
    REQUIRE(eventually([&] {
      const auto job = must(crew.office.job(id));
      return job.status == "Waiting" && job.next_run_ms > wall_ms();
    }));
    must(crew.office.ask<JobView>(crew.office.jobs, DeleteJob{id}));
    CHECK(crew.becomes(id, "Deleted"));
    CHECK(whole_rows(crew, id) == 0);
  }
}

TEST_CASE("a change of the speed limit reaches the agent within a second") {
  Crew crew;
  crew.script->sync_state = "running";
  crew.start();
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Syncing"));
  REQUIRE(
      eventually([&] { return crew.script->with([](auto& s) { return s.syncs.size() > 1; }); }));
  std::int64_t took_ms = 1000;
  // More than once, as others may have the processor.
  for (std::uint32_t mbps = 77; mbps < 80 && took_ms >= 1000; ++mbps) {
    auto change = transfer_change(id);
    change.transfer.bandwidth_mbps = mbps;
    const auto before_ms = steady_ms();
    must(crew.office.ask<JobView>(crew.office.jobs, change));
    REQUIRE(eventually([&] {
      return crew.script->with(
          [&](auto& s) { return s.syncs.back().transfer.bandwidth_mbps == mbps; });
    }));
    took_ms = steady_ms() - before_ms;
  }
  CHECK(took_ms < 1000);
}

TEST_CASE("a source that is not what it was stops the job with the reason") {
  for (const auto code : {Errc::disk_missing, Errc::disk_shrank, Errc::disk_grew}) {
    Crew crew;
    crew.script->sync_state = "failed";
    crew.script->failure = {code, "disk 0 has changed", {}};
    crew.start();
    const auto id = must(crew.office.create(crew.source)).id;
    must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
    REQUIRE(crew.becomes(id, "InError"));
    const auto job = must(crew.office.job(id));
    CHECK(job.error_code == static_cast<std::uint16_t>(code));
    CHECK(job.error == "disk 0 has changed");
    crew.script->set(&Script::sync_state, "verified");
    must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "retry"}));
    CHECK(crew.becomes(id, "Finished"));
  }
}

TEST_CASE("a retry goes on after the copy if that was proven before") {
  Crew crew;
  crew.script->export_state = "failed";
  crew.script->failure = {Errc::bucket_unavailable, "no bucket", {}};
  crew.start();
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "InError"));
  const auto syncs = crew.script->with([](auto& s) { return s.syncs.size(); });
  crew.script->set(&Script::export_state, "done");
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "retry"}));
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.script->syncs.size() == syncs);
  CHECK(must(crew.office.job(id)).runs.size() == 1);
}
