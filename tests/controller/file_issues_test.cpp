// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Passes over files that don't copy all of them as they are: what the job's history tells.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"
#include "tests/controller/histories.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

std::vector<std::string> told(Crew& crew, const std::string& id) {
  std::vector<std::string> texts;
  for (const auto& event : crew.office.events(id)) {
    if (event.type == "event.files_differ") texts.push_back(event.text);
  }
  return texts;
}

}  // namespace

TEST_CASE("each pass that has not copied all files as they are is told once, with its number") {
  Crew crew;
  crew.script->file_passes = {{"/srv", 1, 3, "/srv: open 'a'"}, {"/srv", 2, 1, "/srv: 'b'"}};
  crew.start();
  const auto id = crew.office.create(crew.source)->id;
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(told(crew, id) ==
        std::vector<std::string>{
            "3 file(s) are not copied as they are in pass 1 over /srv; the first: /srv: open 'a'",
            "1 file(s) are not copied as they are in pass 2 over /srv; the first: /srv: 'b'"});
}

TEST_CASE(
    "a controller that ends in between tells the passes that it had not told, and those only") {
  Crew crew;
  const auto id = add_job(crew.office, crew.source,
                          {created(), JobStarted{"start"}, InstanceIntended{"i-1", "t-1"},
                           instance_ready(), FilesDiffer{1, {"/srv", 1, 3, "a"}}});
  crew.script->file_passes = {{"/srv", 1, 3, "a"}, {"/srv", 2, 2, "b"}};
  crew.start();
  REQUIRE(crew.becomes(id, "Finished"));
  const auto texts = told(crew, id);
  REQUIRE(texts.size() == 2);
  CHECK(texts[1].starts_with("2 file(s)"));
}

TEST_CASE("an agent that tells of passes without end fills no history") {
  Crew crew;
  crew.script->file_passes.assign(2 * limits::file_passes_told_max,
                                  {"/srv", 1, 1, std::string(5'000, 'x')});
  crew.start();
  const auto id = crew.office.create(crew.source)->id;
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, {}}));
  REQUIRE(crew.becomes(id, "Finished"));
  const auto texts = told(crew, id);
  CHECK(texts.size() == limits::file_passes_told_max);
  CHECK(texts[0].size() < 3000);
}
