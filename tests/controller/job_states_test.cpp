// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of job states, checked at run time as well: in words of its own, so that
// a change of the table has to be made twice.
#include "actors/controller/job_states.hpp"

#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace ferry;

namespace {

template <class F>
void for_each_state(F f) {
  for (std::size_t i = 0; i < job_state_count; ++i) f(static_cast<JobState>(i));
}
template <class F>
void for_each_trigger(F f) {
  for (std::size_t i = 0; i < job_trigger_count; ++i) f(static_cast<JobTrigger>(i));
}

}  // namespace

TEST_CASE("a job that meets no trouble goes through its states in one order") {
  using enum JobTrigger;
  auto state = JobState::ready;
  std::string path{status_text(state)};
  for (const auto trigger : {start, instance_ready, synced, imported, cleaned}) {
    const auto next = next_state(state, trigger);
    REQUIRE(next);
    state = *next;
    path += " " + std::string{status_text(state)} + "/" + std::string{business_status_text(state)};
  }
  CHECK(path ==
        "Ready Running/Preparing Running/Syncing Running/Processing Running/Cleaning Finished/");
}

TEST_CASE("a state has at most one next state for each trigger, and deleted ones have none") {
  std::map<std::pair<JobState, JobTrigger>, int> seen;
  for (const auto& t : job_table::transitions) ++seen[{t.from, t.trigger}];
  for (const auto& [key, count] : seen) CHECK(count == 1);
  for_each_trigger([](JobTrigger trigger) {
    const auto next = next_state(JobState::finished, trigger);
    CHECK(next.has_value() == (trigger == JobTrigger::remove));
    CHECK(!next_state(JobState::deleted, trigger));
  });
}

TEST_CASE("from every state an end can be reached") {
  for_each_state([](JobState from) {
    std::set<JobState> reached{from};
    for (std::size_t round = 0; round < job_state_count; ++round) {
      for (const auto state : std::set{reached}) {
        for_each_trigger([&](JobTrigger trigger) {
          if (const auto next = next_state(state, trigger)) reached.insert(*next);
        });
      }
    }
    CHECK((reached.contains(JobState::finished) || reached.contains(JobState::deleted)));
  });
}

TEST_CASE("cancel works until the image exists, and leads to the release of everything") {
  for_each_state([](JobState state) {
    const bool over = state == JobState::cleaning || state == JobState::finished ||
                      state == JobState::deleting || state == JobState::deleted;
    const auto next = next_state(state, JobTrigger::cancel);
    CHECK(next.has_value() == !over);
    if (next) CHECK(*next == JobState::deleting);
  });
}

TEST_CASE("whoever doesn't run can be deleted, whoever stands still before the end expires") {
  for_each_state([](JobState state) {
    const bool gone = state == JobState::deleting || state == JobState::deleted;
    CHECK(next_state(state, JobTrigger::remove).has_value() == (!is_running(state) && !gone));
    const bool expires =
        state == JobState::ready || state == JobState::stopped || state == JobState::in_error;
    CHECK(next_state(state, JobTrigger::expire).has_value() == expires);
  });
}

TEST_CASE("only a job between two runs is cut over, and a run leads there or to the end") {
  for_each_state([](JobState state) {
    CHECK(next_state(state, JobTrigger::cut_over).has_value() == (state == JobState::waiting));
  });
  CHECK(next_state(JobState::cleaning, JobTrigger::run_done) == JobState::waiting);
  CHECK(next_state(JobState::cleaning, JobTrigger::cleaned) == JobState::finished);
}

TEST_CASE("copying and waiting can be paused; who waits, stands still or failed can be started") {
  for_each_state([](JobState state) {
    const bool pausable = state == JobState::syncing || state == JobState::waiting;
    CHECK(next_state(state, JobTrigger::pause).has_value() == pausable);
    const bool startable = state == JobState::ready || state == JobState::stopped ||
                           state == JobState::in_error || state == JobState::waiting;
    CHECK(next_state(state, JobTrigger::start).has_value() == startable);
  });
}

TEST_CASE("work that fails goes to the user or begins again, work that releases does neither") {
  for_each_state([](JobState state) {
    const bool works =
        state == JobState::preparing || state == JobState::syncing || state == JobState::processing;
    CHECK(next_state(state, JobTrigger::failed).has_value() == works);
    CHECK(next_state(state, JobTrigger::restart).has_value() == works);
    if (works) CHECK(next_state(state, JobTrigger::restart) == JobState::preparing);
  });
}

TEST_CASE("only where the image is made can a proven copy be refuted, and it is copied again") {
  for_each_state([](JobState state) {
    const auto next = next_state(state, JobTrigger::copy_refuted);
    CHECK(next.has_value() == (state == JobState::processing));
    if (next) CHECK(*next == JobState::preparing);
  });
}

TEST_CASE("every state has a status, and exactly the running ones a business status") {
  for_each_state([](JobState state) {
    CHECK(!status_text(state).empty());
    CHECK((status_text(state) == "Running") == is_running(state));
    CHECK(business_status_text(state).empty() == !is_running(state));
  });
}
