// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs that can't give back what they hold: what they say, and the way on.
#include <algorithm>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

/// A crew whose jobs soon say that a release has stalled.
struct ImpatientCrew : Crew {
  ImpatientCrew() {
    office.config.janitor.release_patience_s = 1;
    office.answer_time = short_answer_time;
    office.silence_pause = 400ms;
    start();
  }
};

/// A job that copies and goes on doing so.
std::string copying_job(Crew& crew) {
  crew.script->set(&Script::sync_state, "running");
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Syncing"));
  return id;
}

std::ptrdiff_t events_of(Crew& crew, const std::string& id, std::string_view type) {
  return std::ranges::count(crew.office.events(id), type, &EventView::type);
}

bool says_stalled(Crew& crew, const std::string& id) {
  return eventually([&] { return must(crew.office.job(id)).error_code != 0; });
}

struct StalledJob {
  std::string id;
  std::string token;  // of the instance that can't be released
};

/// Canceled while it copied, after its transition node was lost.
StalledJob stalled_job(Crew& crew) {
  const auto id = copying_job(crew);
  const auto token = must(crew.office.job(id)).instance;
  crew.transition.reset();
  must(crew.office.ask<JobView>(crew.office.jobs, CancelJob{id}));
  REQUIRE(says_stalled(crew, id));
  return {id, token};
}

Result<Done> give_up(Crew& crew, const std::string& token) {
  return crew.office.ask<Done>(crew.office.jobs, AbandonResource{token});
}

ResourceState row_state(Crew& crew, const std::string& token) {
  crew.office.stop();
  return crew.office.with_database(
      [&](Database& database) { return Journal{database}.resource(token)->state; });
}

}  // namespace

TEST_CASE("a job whose node never comes back says so once, and ends when that is given up") {
  ImpatientCrew crew;
  const auto [id, token] = stalled_job(crew);
  auto job = must(crew.office.job(id));
  CHECK(job.status == "Deleting");
  CHECK(job.error.starts_with("instance " + token + " on t-1 can't be released: the node does"));
  CHECK(job.fix.find("edgeferry resource release --forget " + token) != std::string::npos);

  SUBCASE("also after a restart of the controller, and with no second event") {
    crew.office.restart();
    REQUIRE(says_stalled(crew, id));
    std::this_thread::sleep_for(2s);  // two more questions without an answer
    CHECK(events_of(crew, id, ReleaseStalled::wire_name) == 1);
  }
  REQUIRE(give_up(crew, token));
  REQUIRE(crew.becomes(id, "Deleted"));
  CHECK(events_of(crew, id, ResourceAbandoned::wire_name) == 1);
  CHECK(crew.office.source(crew.source).job.empty());
  CHECK(give_up(crew, token).error().code == Errc::not_found);
  CHECK(row_state(crew, token) == ResourceState::abandoned);
}

TEST_CASE("a node that comes back in time is asked again, and nothing is given up") {
  ImpatientCrew crew;
  const auto [id, token] = stalled_job(crew);
  crew.transition = std::make_unique<FakeNode>(crew.office, "t-1", Role::transition, crew.script);
  REQUIRE(crew.becomes(id, "Deleted"));
  CHECK(must(crew.office.job(id)).error_code == 0);
  CHECK(row_state(crew, token) == ResourceState::released);
}

TEST_CASE("a removal that is refused again and again is told with the refusal's own words") {
  ImpatientCrew crew;
  crew.script->with([](Script& s) {
    s.refusal = {Errc::bucket_unavailable, "the bucket is read-only", "make it writable"};
  });
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Cleaning"));
  REQUIRE(says_stalled(crew, id));
  const auto job = must(crew.office.job(id));
  CHECK(job.error_code == static_cast<std::uint16_t>(Errc::bucket_unavailable));
  CHECK(job.error.find("the bucket is read-only") != std::string::npos);
  CHECK(job.fix.starts_with("make it writable; or 'edgeferry resource release --forget e-"));
  crew.script->with([](Script& s) { s.refusal = {}; });
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(events_of(crew, id, ResourceAbandoned::wire_name) == 0);
}

TEST_CASE("each release is tried for as long as the cluster file says before the job tells of it") {
  Crew crew;
  crew.office.config.janitor.release_patience_s = 600;
  crew.office.silence_pause = 400ms;
  crew.script->with([](Script& s) {
    s.refusal = {Errc::bucket_unavailable, "the disk is read-only", "make it writable"};
  });
  crew.start();
  const auto id = must(crew.office.create(crew.source)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Cleaning"));
  std::set<std::string> tokens;
  for (std::ptrdiff_t told = 0; told < 2; ++told) {
    CAPTURE(told);
    const auto waits = [&] { return !must(crew.office.job(id)).waiting_for.empty(); };
    REQUIRE(eventually([&] { return !waits(); }));  // for the one before
    REQUIRE(eventually(waits));
    FastClock::pass(9min);
    std::this_thread::sleep_for(1s);  // one more refusal at least
    CHECK(events_of(crew, id, ReleaseStalled::wire_name) == told);
    FastClock::pass(1min);
    REQUIRE(says_stalled(crew, id));
    const auto fix = must(crew.office.job(id)).fix;
    const auto at = fix.find("--forget ") + std::string_view{"--forget "}.size();
    const auto token = fix.substr(at, fix.find('\'', at) - at);
    CHECK(tokens.insert(token).second);
    REQUIRE(give_up(crew, token));
  }
  CHECK(crew.becomes(id, "Finished"));
}

TEST_CASE("an image too many whose removal is given up stays, and the job goes on") {
  ImpatientCrew crew;
  CreateJob request;
  request.settings.source = crew.source;
  request.settings.name = "web";
  request.settings.run_once = false;
  request.settings.frequency_hours = 6;
  const auto id = must(crew.office.create(request)).id;
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Waiting"));
  const auto first = must(crew.office.job(id)).image;
  const auto token = crew.script->with([](Script& s) {
    s.refusal = {Errc::registry_unavailable, "the registry is read-only", "wait"};
    s.refused_type = DiscardImport::wire_name;
    return s.imports[0].second.token;
  });
  must(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(says_stalled(crew, id));
  REQUIRE(give_up(crew, token));
  REQUIRE(crew.becomes(id, "Waiting"));
  CHECK(must(crew.office.job(id)).images.size() == 1);
  const auto events = crew.office.events(id);
  CHECK(std::ranges::any_of(events, [&](const EventView& event) {
    return event.text == "image " + first + " stays, its removal is given up";
  }));
}

TEST_CASE("what a healthy job holds can't be given up, and neither can what is being released") {
  ImpatientCrew crew;
  const auto id = copying_job(crew);
  const auto token = must(crew.office.job(id)).instance;
  auto refused = give_up(crew, token);
  CHECK(refused.error().code == Errc::invalid_argument);
  CHECK(refused.error().what == token + " is in use by the unfinished job " + id);
  must(crew.office.ask<JobView>(crew.office.jobs, PauseJob{id}));
  CHECK(give_up(crew, token).error().code == Errc::invalid_argument);
  crew.transition.reset();
  must(crew.office.ask<JobView>(crew.office.jobs, CancelJob{id}));
  refused = give_up(crew, token);
  CHECK(refused.error().what == token + " is being released by job " + id);
  CHECK(give_up(crew, "i-never").error().code == Errc::not_found);
}
