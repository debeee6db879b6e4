// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of temporary resources: known before they are made, and given back one by one.
#include <algorithm>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using Lines = std::vector<std::string>;

std::string started_job(Crew& crew) {
  const auto job = crew.office.create(crew.source);
  REQUIRE(job);
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{job->id, {}}));
  return job->id;
}

/// The parts that were asked to go, without the tokens' random ends.
Lines asked(Crew& crew) {
  return crew.script->with([](Script& script) {
    Lines lines;
    for (const auto& part : script.parts) lines.push_back(part[0] + part.substr(part.find('/')));
    return lines;
  });
}

}  // namespace

TEST_CASE("the ledger has all parts under names made of the token before anything is made") {
  Crew crew;
  crew.start();
  crew.script->set(&Script::export_state, "running");
  const auto id = started_job(crew);
  REQUIRE(crew.becomes(id, "Processing"));
  REQUIRE(
      eventually([&] { return crew.script->with([](Script& s) { return !s.exports.empty(); }); }));
  const auto image = crew.script->exports.back().second.image;
  const auto prefix = crew.script->exports.back().second.prefix;
  const auto rows = open_rows(crew, id);
  Lines lines;
  for (const auto& row : rows) lines.push_back(row.kind + " " + row.name + " on " + row.node);
  const auto instance = rows.at(0).token;
  CHECK(lines == Lines{"instance  on t-1", "disk " + instance + "/disk0 on t-1",
                       "disk " + instance + "/disk1 on t-1", "export  on w-1",
                       "image_file " + image + "_system.qcow2 on w-1",
                       "upload " + prefix + "_" + image + "_system.qcow2 on w-1",
                       "bucket_object " + prefix + "_" + image + "_system.qcow2 on w-1",
                       "image_file " + image + "_data1.qcow2 on w-1",
                       "upload " + prefix + "_" + image + "_data1.qcow2 on w-1",
                       "bucket_object " + prefix + "_" + image + "_data1.qcow2 on w-1"});
  CHECK(rows.at(1).bytes == 30 * limits::gib);
  CHECK(rows.at(1).parent == instance);
}

TEST_CASE("parts go in the reverse order of their intents, and their resource after them") {
  Crew crew;
  crew.start();
  const auto id = started_job(crew);
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(asked(crew) == Lines{"e/object1", "e/upload1", "e/file1", "e/object0", "e/upload0",
                             "e/file0", "i/disk1", "i/disk0"});
  CHECK(crew.script->discarded_exports.size() == 1);
  CHECK(crew.script->released.size() == 1);
  CHECK(open_rows(crew, id).empty());
}

TEST_CASE("a controller that dies between two parts goes on where it was") {
  Crew crew;
  crew.start();
  crew.script->with([](Script& s) {
    s.refusal = {Errc::bucket_unavailable, "not now", {}};
    s.refused_part = "file1";
  });
  const auto id = started_job(crew);
  REQUIRE(eventually([&] { return asked(crew).size() >= 3; }));
  crew.office.restart();
  crew.script->with([](Script& s) { s.refusal = {}; });
  REQUIRE(crew.becomes(id, "Finished"));
  auto parts = asked(crew);
  // What was refused is asked again.
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  CHECK(parts == Lines{"e/object1", "e/upload1", "e/file1", "e/object0", "e/upload0", "e/file0",
                       "i/disk1", "i/disk0"});
}

TEST_CASE("between two runs the instance keeps its disks") {
  Crew crew;
  crew.start();
  CreateJob request;
  request.settings.source = crew.source;
  request.settings.name = "web";
  request.settings.run_once = false;
  request.settings.frequency_hours = 6;
  const auto job = crew.office.create(request);
  REQUIRE(job);
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{job->id, {}}));
  REQUIRE(crew.becomes(job->id, "Waiting"));
  CHECK(std::ranges::none_of(asked(crew), [](const auto& part) { return part[0] == 'i'; }));
  CHECK(open_rows(crew, job->id).size() == 3);
}
