// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a guest said while its image was seen to boot, or not to: kept by the journal.
#include <algorithm>

#include <doctest/doctest.h>

#include "messages/limits.hpp"
#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"
#include "tests/controller/histories.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

std::string boot_log(Crew& crew, const std::string& id) {
  const auto log = crew.office.ask<BootLog>(crew.office.jobs, GetBootLog{id});
  REQUIRE(log);
  return {log->console.begin(), log->console.end()};
}

std::ptrdiff_t kept(Crew& crew, const std::string& id) {
  return std::ranges::count(crew.office.events(id), "event.boot_seen", &EventView::type);
}

std::string started(Crew& crew) {
  const auto id = crew.office.create(crew.source)->id;
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  return id;
}

}  // namespace

TEST_CASE("the console of a boot proof is kept once, and can be read when the job has ended") {
  Crew crew;
  crew.script->console = "Linux version 6\n";
  crew.start();
  const auto id = started(crew);
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(boot_log(crew, id) == "Linux version 6\n");
  CHECK(kept(crew, id) == 1);
}

TEST_CASE("of an image that was refused for its boot, the console can be read as well") {
  Crew crew;
  crew.script->console = "Kernel panic";
  crew.script->export_state = "failed";
  crew.script->failure = {Errc::boot_not_proven, "it does not boot", {}};
  crew.start();
  const auto id = started(crew);
  REQUIRE(crew.becomes(id, "InError"));
  CHECK(boot_log(crew, id) == "Kernel panic");
  // The next attempt has one of its own.
  crew.script->with([](Script& s) {
    s.console = "login:";
    s.export_state = "done";
  });
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(boot_log(crew, id) == "login:");
  CHECK(kept(crew, id) == 2);
}

TEST_CASE("a worker that tells a console without end fills no history") {
  Crew crew;
  crew.script->console.assign(2 * limits::boot_log_bytes_max, 'x');
  crew.start();
  const auto id = started(crew);
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(boot_log(crew, id).size() == limits::boot_log_bytes_max);
}

TEST_CASE("where nothing was seen to boot there is nothing to read") {
  Crew crew;
  crew.start();
  const auto id = started(crew);
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.office.ask<BootLog>(crew.office.jobs, GetBootLog{id}).error().code == Errc::not_found);
  CHECK(crew.office.ask<BootLog>(crew.office.jobs, GetBootLog{"j-none"}).error().code ==
        Errc::not_found);
}
