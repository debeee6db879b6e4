// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The judge of scripts/kill-controller must be able to say no.
#include "bench/load/job_memory.hpp"

#include <doctest/doctest.h>

using namespace ferry;
using namespace ferry::load;

namespace {

std::vector<EventView> history() {
  return {{1, 10, "event.job_created", "created"},
          {2, 20, "event.job_started", "started"},
          {3, 30, "event.job_paused", "paused"}};
}

JobMemory memory() {
  JobMemory job{"web", "token", "j-1", false, false, {}, {}};
  job.calls["event.job_started"] = {1, 0};
  job.calls["event.job_paused"] = {0, 1};
  return job;
}

}  // namespace

TEST_CASE("a history that only grew, with every acknowledged call in it, is right") {
  auto job = memory();
  CHECK(job.compare({history()[0], history()[1]}).empty());
  CHECK(job.compare(history()).empty());
  CHECK(job.seen.size() == 3);
  CHECK_FALSE(job.ended);
}

TEST_CASE("an event that was shown and is gone is lost") {
  auto job = memory();
  REQUIRE(job.compare(history()).empty());
  const auto wrong = job.compare({history()[0], history()[1]});
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].find("3 event.job_paused") != std::string::npos);
  CHECK(wrong[0].find("is lost") != std::string::npos);
}

TEST_CASE("an event that was shown and reads otherwise now is a contradiction") {
  auto job = memory();
  REQUIRE(job.compare(history()).empty());
  auto other = history();
  other[1].at_ms = 21;
  CHECK(job.compare(other).size() == 1);
}

TEST_CASE("an acknowledged call without its event is lost") {
  auto job = memory();
  CHECK(job.compare({history()[0]}).size() == 1);
}

TEST_CASE("a call that counts twice is told, also one without an answer") {
  auto acknowledged = memory();
  auto twice = history();
  twice.push_back({4, 40, "event.job_started", "started"});
  CHECK(acknowledged.compare(twice).size() == 1);
  auto unknown = memory();
  twice.back().type = "event.job_paused";
  CHECK(unknown.compare(twice).size() == 1);
}

TEST_CASE("a number that is missing in a history is told") {
  auto job = memory();
  auto gap = history();
  gap[2].seq = 4;
  CHECK(job.compare(gap).size() == 1);
}
