// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What jobs hold, until when, and what that costs; and what is told of changed settings.
#include "actors/controller/job_costs.hpp"

#include <doctest/doctest.h>

#include "actors/controller/job_changes.hpp"
#include "base/limits.hpp"
#include "tests/controller/histories.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
using limits::gib;

JobRecord lived(const std::vector<JobEvent>& events, std::size_t count) {
  JobRecord record;
  for (std::size_t i = 0; i < count; ++i) apply(record, events.at(i), 1);
  return record;
}

std::string untils(const JobRecord& record) {
  std::string text;
  for (const auto& held : view_of(record).holds) text += held.kind + ":" + held.until + " ";
  return text;
}

}  // namespace

TEST_CASE("what a job holds costs what its hours and its bytes do") {
  JobView view;
  view.holds = {{"vm-1", "machine", "w-1", 0, 0},
                {"i-1", "instance", "t-1", 720 * gib, 0},
                {"e-1", "export", "w-1", 72 * gib, 0},
                {"t-1", "import", "w-1", 5 * gib, 0}};
  add_costs(view, {"CNY", "0.5", "0.35", "0.12"}, 2 * hour_ms);
  CHECK(view.currency == "CNY");
  CHECK(view.holds[0].cost_per_hour == doctest::Approx(0.5));
  CHECK(view.holds[0].cost == doctest::Approx(1.0));
  CHECK(view.holds[1].cost_per_hour == doctest::Approx(0.35));
  CHECK(view.holds[2].cost_per_hour == doctest::Approx(0.012));
  CHECK(view.holds[2].cost == doctest::Approx(0.024));
  CHECK(view.holds[3].cost < 0);  // nobody knows what the registry takes for it
}

TEST_CASE("without a price, or a size, a cost is not known, and is not said to be nothing") {
  JobView view;
  view.holds = {{"vm-1", "machine", "w-1", 0, 0}, {"e-1", "export", "w-1", 0, 0}};
  add_costs(view, {}, hour_ms);
  CHECK(view.currency.empty());
  CHECK(view.holds[0].cost < 0);
  CHECK(view.holds[0].cost_per_hour < 0);
  add_costs(view, {"CNY", "", "", "0.12"}, hour_ms);
  CHECK(view.holds[0].cost < 0);
  CHECK(view.holds[1].cost < 0);
}

TEST_CASE("a clock that was set back makes no negative costs") {
  JobView view;
  view.holds = {{"vm-1", "machine", "w-1", 0, 5 * hour_ms}};
  add_costs(view, {"CNY", "0.5", "", ""}, hour_ms);
  CHECK(view.holds[0].cost == 0);
}

TEST_CASE("a job tells when what it holds goes") {
  const auto life = long_incremental_life();
  CHECK(untils(lived(life, 8)) == "instance:job export:run import:run ");
  CHECK(untils(lived(life, 9)) == "instance:job export:now ");  // this run is being cleaned up
  CHECK(untils(lived(life, 11)) == "instance:job ");
  const auto once = long_life();
  CHECK(untils(lived(once, 20)) == "instance:now export:now ");
  CHECK(untils(lived(once, 11)) == "instance:job ");  // kept in error
}

TEST_CASE("a run counts its restarts, and what was on the network then") {
  auto life = long_life();
  std::get<JobRestarted>(life.at(8)).unconfirmed_bytes = 1000;
  std::get<JobRestarted>(life.at(15)).unconfirmed_bytes = 500;
  const auto view = view_of(lived(life, life.size()));
  CHECK(view.restarts == 2);
  CHECK(view.resent_bytes == 1500);
  // The next run begins at nothing.
  auto incremental = long_incremental_life();
  incremental.insert(incremental.begin() + 4, {JobRestarted{6001, "gone", 700}, instance_ready()});
  CHECK(view_of(lived(incremental, 8)).restarts == 1);
  CHECK(view_of(lived(incremental, 16)).restarts == 0);
  CHECK(view_of(lived(incremental, 16)).resent_bytes == 0);
}

TEST_CASE("changed settings are told one by one, with what they were") {
  JobSettings before;
  before.name = "web";
  auto after = before;
  CHECK(changes_of(before, after).empty());
  after.transfer.bandwidth_mbps = 100;
  after.tags = {{"site", "hz"}, {"new", ""}};
  after.excludes = {"/tmp/*", "*.iso"};
  CHECK(changes_text(changes_of(before, after)) ==
        "speed limit 100 Mbit/s instead of none; left out files 2 rule(s) instead of none; "
        "tags site=hz, new instead of none");
}

TEST_CASE("what users wrote is told in a history fit to be printed, and not endless") {
  JobSettings before;
  auto after = before;
  after.description = "a\x1b[31m" + std::string(2000, 'b');
  const auto changes = changes_of(before, after);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].after.starts_with("a\\x1b[31mbbb"));
  CHECK(changes[0].after.size() <= 210);
}
