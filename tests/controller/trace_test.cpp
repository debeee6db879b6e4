// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// By which trace jobs ask nodes for work.
#include "base/trace.hpp"

#include <doctest/doctest.h>

#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using Traces = std::set<std::pair<std::string, std::string>>;

Traces traces_of(Crew& crew) {
  return crew.script->with([](Script& s) { return s.traces; });
}

}  // namespace

TEST_CASE("jobs that run at once ask each under its own trace, also after a crash") {
  Crew crew;
  const auto keys = make_key_pair();
  const auto other = crew.office.add_source(keys.public_key);
  crew.script->set(&Script::sync_state, "running");
  crew.start();
  const FakeNode agent{crew.office, other, Role::agent, crew.script, keys};
  const auto given = trace::begin();
  std::vector<JobView> jobs;
  {
    const trace::Scope scope{given};
    const auto made = crew.office.create(crew.source, {}, "one");
    REQUIRE(made);
    jobs.push_back(*made);
  }
  const auto made = crew.office.create(other, {}, "two");
  REQUIRE(made);
  jobs.push_back(*made);
  CHECK(jobs[0].trace == trace::trace_text(given));
  CHECK(jobs[1].trace.size() == 32);
  CHECK(jobs[1].trace != jobs[0].trace);
  const Traces wished{{jobs[0].id, jobs[0].trace}, {jobs[1].id, jobs[1].trace}};

  for (const auto& job : jobs) {
    const trace::Scope of_the_call{trace::begin()};
    REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{job.id, {}}));
  }
  CHECK(eventually([&] { return traces_of(crew).size() >= 2; }));
  crew.office.restart();
  crew.script->with([](Script& s) {
    s.traces.clear();
    s.sync_state = "verified";
  });
  for (const auto& job : jobs) CHECK(crew.becomes(job.id, "Finished"));
  CHECK(traces_of(crew) == wished);
  for (const auto& job : jobs) CHECK(crew.office.job(job.id)->trace == job.trace);
}
