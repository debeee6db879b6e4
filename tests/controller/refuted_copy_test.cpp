// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Target disks that change after their copy was proven: what the job makes of it.
#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "tests/controller/calls.hpp"
#include "tests/controller/crew.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

const Error changed{Errc::verify_mismatch, "target disk 0 (/t/disk0.raw) has changed", {}};

struct RottingCrew : Crew {
  /// So many exports find that the disks have changed.
  explicit RottingCrew(std::uint32_t times) {
    script->exports_that_fail = times;
    script->failure = changed;
    start();
  }
  JobView show(const std::string& id) {
    const auto job = office.job(id);
    REQUIRE_MESSAGE(job, (job ? "" : to_string(job.error())));
    return *job;
  }
  void start_job(const std::string& id) {
    const auto view = office.ask<JobView>(office.jobs, StartJob{id, {}});
    REQUIRE_MESSAGE(view, (view ? "" : to_string(view.error())));
  }
  std::string started_job() {
    const auto id = office.create(source)->id;
    start_job(id);
    return id;
  }
  long count_events(const std::string& id, const std::string& type) {
    return std::ranges::count(office.events(id), type, &EventView::type);
  }
  /// Epochs in which the agent was asked to copy.
  std::size_t syncs() {
    return script->with([](Script& s) {
      std::set<std::uint64_t> epochs;
      for (const auto& m : s.syncs) epochs.insert(m.epoch);
      return epochs.size();
    });
  }
};

}  // namespace

TEST_CASE("a copy that changed before it was an image is copied, proven and exported again") {
  RottingCrew crew{1};
  const auto id = crew.started_job();
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.count_events(id, "event.copy_refuted") == 1);
  CHECK(crew.count_events(id, "event.disks_verified") == 2);
  CHECK(crew.syncs() == 2);
  const auto& first = crew.script->exports.front().second;
  const auto& second = crew.script->exports.back().second;
  CHECK(second.epoch == first.epoch + 1);
  CHECK(second.image == first.image);
  CHECK(second.digest_key == crew.script->syncs.front().digest_key);
  // The disks were closed for the first export, and opened again for the second copy.
  std::vector<bool> writable;
  for (const auto& m : crew.script->ensured) writable.push_back(m.writable);
  CHECK(writable == std::vector{true, false, true, false});
  CHECK(crew.show(id).runs.size() == 1);
}

TEST_CASE("a target that changes again and again stops the job, and a retry copies anew") {
  RottingCrew crew{1000};
  const auto id = crew.started_job();
  REQUIRE(crew.becomes(id, "InError"));
  const auto job = crew.show(id);
  CHECK(job.error_code == static_cast<std::uint16_t>(Errc::target_rots));
  for (const std::string word : {"transition node t-1", "do not keep", "target disk 0", "5 times"})
    CHECK_MESSAGE(job.error.find(word) != std::string::npos, job.error);
  CHECK(job.fix.find("job retry") != std::string::npos);
  CHECK(crew.count_events(id, "event.copy_refuted") == limits::copies_refuted_max);
  const auto syncs = crew.syncs();
  CHECK(syncs == limits::copies_refuted_max + 1);
  crew.script->with([](Script& s) { s.exports_that_fail = 1; });
  REQUIRE(crew.office.ask<JobView>(crew.office.jobs, StartJob{id, "retry"}));
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(crew.syncs() == syncs + 2);
}

TEST_CASE("a later run whose copy changed makes its image in the same run") {
  RottingCrew crew{0};
  CreateJob request;
  request.settings.source = crew.source;
  request.settings.name = "web";
  request.settings.run_once = false;
  request.settings.frequency_hours = 6;
  request.settings.images_to_keep = 2;
  const auto id = crew.office.create(request)->id;
  crew.start_job(id);
  REQUIRE(crew.becomes(id, "Waiting"));
  crew.script->with([](Script& s) { s.exports_that_fail = limits::copies_refuted_max; });
  crew.start_job(id);
  REQUIRE(eventually([&] { return crew.show(id).runs.size() == 2; }));
  REQUIRE(crew.becomes(id, "Waiting"));
  CHECK(crew.show(id).runs.size() == 2);
  CHECK(crew.show(id).images.size() == 2);
  CHECK(crew.count_events(id, "event.copy_refuted") == limits::copies_refuted_max);
}

TEST_CASE("a controller that ends after it knew of a changed copy goes on with the copy") {
  Crew crew;
  auto events = life_with_rot();
  events.resize(7);
  const auto id = add_job(crew.office, crew.source, events);
  crew.start();
  REQUIRE(crew.becomes(id, "Finished"));
  CHECK(!crew.script->syncs.empty());
  CHECK(crew.script->exports.front().second.image == "m-1");
}
