// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_layout.hpp"

#include <doctest/doctest.h>

#include "actors/controller/job_decide.hpp"
#include "actors/controller/job_excludes.hpp"
#include "actors/controller/job_plan.hpp"
#include "tests/controller/calls.hpp"
#include "tests/controller/histories.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using limits::gib;
using limits::mib;

PartitionInfo partition(std::uint64_t size, const std::string& mount_point) {
  PartitionInfo info;
  info.number = 1;
  info.offset = 1 * mib;
  info.size = size;
  info.filesystem = "ext4";
  info.filesystem_uuid = "uuid of " + mount_point;
  info.mount_point = mount_point;
  info.used_bytes = 1 * gib;
  return info;
}

/// A system disk and two data disks, each with one partition.
Inventory server() {
  Inventory inventory;
  for (const auto* point : {"/", "/srv", "/data"}) {
    DiskInfo disk;
    disk.index = static_cast<std::uint32_t>(inventory.disks.size());
    disk.size = 40 * gib;
    disk.table = "gpt";
    disk.partitions = {partition(38 * gib, point)};
    inventory.disks.push_back(disk);
  }
  return inventory;
}

/// /srv shrinks to 5 GiB, and the disk with it.
LayoutWish wish() { return {{{1, 6 * gib, false, {{"/srv", 5 * gib, "file"}}}}}; }

Result<JobCreated> plan(const LayoutWish& layout, const std::vector<std::string>& excludes = {}) {
  JobSettings settings;
  settings.source = "s-1";
  settings.name = "web";
  settings.layout = layout;
  settings.excludes = excludes;
  SourceState source;
  source.view.inventory = server();
  return plan_job(settings, source, {}, 20'000LL * 24 * 3600 * 1000);
}

JobCreated made(const LayoutWish& layout) {
  const auto created = plan(layout);
  if (!created) FAIL(to_string(created.error()));
  return *created;
}

/// A job that has just been made.
JobRecord new_job(const LayoutWish& layout) { return *replay("j-1", stored({made(layout)})); }

Result<JobEvent> start(const JobRecord& record, const Inventory& inventory) {
  return with_layout(JobStarted{"start"}, record, inventory, {});
}

}  // namespace

TEST_CASE("a wish for a layout becomes the sizes of the image's disks, without a gap") {
  const auto created = made({{{1, 0, false, {{"/srv", 0, "leave"}}}, {2, 50 * gib, false, {}}}});
  REQUIRE(created.settings.disks.size() == 2);
  CHECK(created.settings.disks[1].index == 1);
  CHECK(created.settings.disks[1].size == 50 * gib);
  const auto record = replay("j-1", stored({created}));
  REQUIRE(record);
  CHECK(record->source_disk_bytes == std::vector<std::uint64_t>{40 * gib, 40 * gib});
  CHECK(changes_disks(record->layout));
  CHECK(view_of(*record).layout.disks[1].index == 2);
}

TEST_CASE("larger disks, and the last one left out, change nothing in how disks are copied") {
  const auto larger = made({{{2, 50 * gib, false, {}}}});
  CHECK(larger.settings.disks.size() == 3);
  CHECK_FALSE(changes_disks(larger.layout));
  const auto fewer = made({{{2, 0, false, {{"/data", 0, "leave"}}}}});
  CHECK(fewer.settings.disks.size() == 2);
  CHECK_FALSE(changes_disks(fewer.layout));
}

TEST_CASE("every reason why a layout can't be is told at once") {
  const auto layout =
      layout_for(server(), {{{0, 0, false, {{"/", 0, "leave"}}}, {1, 600 * gib, false, {}}}}, {});
  REQUIRE_FALSE(layout);
  CHECK(layout.error().what.find("/ is needed to boot") != std::string::npos);
  CHECK(layout.error().what.find("500.0 GiB") != std::string::npos);
}

TEST_CASE("the layout of the first start counts, as the source is then") {
  auto record = new_job(wish());
  auto inventory = server();
  inventory.disks[1].partitions[0].used_bytes = 2 * gib;
  const auto event = start(record, inventory);
  REQUIRE(event);
  apply(record, *event, 1);
  CHECK(record.layout.source[1].partitions[0].used_bytes == 2 * gib);
  inventory.disks[1].partitions[0].used_bytes = 5 * gib;
  const auto refused = start(new_job(wish()), inventory);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("too small") != std::string::npos);
}

TEST_CASE("from then on the layout stays, over every later start, and the source has to fit it") {
  auto record = new_job(wish());
  for (const JobEvent& event :
       std::vector<JobEvent>{*start(record, server()), InstanceIntended{"i-1", "transition"}}) {
    apply(record, event, 1);
  }
  auto inventory = server();
  auto& srv = inventory.disks[1].partitions[0];
  srv.used_bytes = 4 * gib;
  const auto again = start(record, inventory);
  REQUIRE(again);
  CHECK(std::get<JobStarted>(*again).layout.disks.empty());
  const auto is_refused = [&](const std::string& words) {
    for (const JobEvent& event : std::vector<JobEvent>{JobStarted{"retry"}, CutOverStarted{true}}) {
      const auto refused = with_layout(event, record, inventory, {});
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == Errc::layout_outdated);
      CHECK(refused.error().what.find(words) != std::string::npos);
    }
  };
  SUBCASE("more files than it has room for") {
    srv.used_bytes = 6 * gib;
    is_refused("/srv holds 6.0 GiB");
  }
  SUBCASE("another file system") {
    srv.filesystem_uuid = "another";
    is_refused("/srv is not what and where it was");
  }
  SUBCASE("not mounted") {
    srv.mount_point.clear();
    is_refused("/srv is not what and where it was");
  }
  SUBCASE("no such disk") {
    inventory.disks.resize(1);
    is_refused("/srv is not what and where it was");
  }
}

TEST_CASE("jobs without a wish have no layout, whatever becomes of the source") {
  const auto record = new_job({});
  const auto event = start(record, {});
  REQUIRE(event);
  CHECK(std::get<JobStarted>(*event).layout.disks.empty());
}

TEST_CASE("exclude rules need files to leave out, and something must be left") {
  const auto is_refused = [](const LayoutWish& layout, const std::vector<std::string>& excludes,
                             const std::string& words) {
    const auto refused = plan(layout, excludes);
    REQUIRE_FALSE(refused);
    CHECK_MESSAGE(refused.error().what.find(words) != std::string::npos, refused.error().what);
    CHECK(!refused.error().fix.empty());
  };
  CHECK(plan(wish(), {"/srv/cache/"}));
  is_refused({}, {"/srv/cache/"}, "no part of this job goes by files");
  is_refused({{{2, 50 * gib, false, {}}}}, {"/srv/cache/"}, "no part of this job goes by files");
  is_refused(wish(), {"/srv/cache/", "[x"}, "exclude rule 2 '[x'");
  is_refused(wish(), {"*.log", "/srv/", "/data/"}, "exclude rule 2 '/srv/' leaves nothing of /srv");
}

TEST_CASE(
    "rules that change are checked as new ones, and what was proven by the old is copied anew") {
  auto record = new_job(wish());
  const auto change = [&](const std::vector<std::string>& excludes) {
    ModifyJob m;
    m.keep_transfer = m.set_excludes = true;
    m.excludes = excludes;
    return decide(record, m, ClusterConfig{}, 0);
  };
  CHECK(change({"[x"}).error().code == Errc::config_syntax);
  CHECK(change({"/srv/"}).error().what.find("leaves nothing of /srv") != std::string::npos);
  for (const JobEvent& event : std::vector<JobEvent>{
           *start(record, server()), InstanceIntended{"i-1", "transition"}, instance_ready(),
           DisksVerified{{DiskProgress{}}}, JobFailed{2004, "no room", "make some"}}) {
    apply(record, event, 1);
  }
  ModifyJob other;
  other.keep_transfer = true;
  other.name = "other";
  apply(record, *decide(record, other, ClusterConfig{}, 0), 1);
  CHECK(record.verified.size() == 1);
  apply(record, change({"/srv/cache/"}).value(), 1);
  CHECK(record.settings.excludes == std::vector<std::string>{"/srv/cache/"});
  CHECK(view_of(record).warnings.at(0).name == "excludes_not_for_blocks");
  CHECK(record.verified.empty());
  apply(record, JobStarted{"retry"}, 1);
  apply(record, instance_ready(), 1);
  CHECK(record.state == JobState::syncing);
}

TEST_CASE("a plan tells what exclude rules mean for it, and refuses what a job would") {
  const auto planned = [](const LayoutWish& layout, const std::vector<std::string>& excludes) {
    auto plan = plan_layout(server(), layout, {});
    add_excludes(plan, excludes);
    CHECK(plan.excludes == excludes);
    return plan;
  };
  const auto fine = planned(wish(), {"/srv/cache/"});
  CHECK(fine.refusals.empty());
  const auto has = [&](const std::string& words) {
    return std::ranges::any_of(
        fine.notes, [&](const std::string& note) { return note.find(words) != std::string::npos; });
  };
  CHECK(has("goes by blocks: system disk, data disk 2"));
  CHECK(has("as if nothing was excluded"));
  CHECK(planned(wish(), {}).notes == plan_layout(server(), wish(), {}).notes);
  REQUIRE(planned({}, {"/a"}).refusals.size() == 1);
  CHECK(planned({}, {"/a"}).refusals[0].what.find("no part of this job") != std::string::npos);
  CHECK(planned(wish(), {"/srv/"}).refusals.size() == 1);
  // A wish that can't be is no reason to say that nothing goes by files.
  const auto both = planned({{{0, 0, false, {{"/", 0, "leave"}}}}}, {"a[b"});
  REQUIRE(both.refusals.size() == 2);
  CHECK(both.refusals[1].what.find("'a[b'") != std::string::npos);
  CHECK(planned({{{0, 0, false, {{"/", 0, "leave"}}}}}, {"/a"}).refusals.size() == 1);
}

TEST_CASE("a job warns of what its exclude rules have no effect on, and keeps its rules") {
  const std::vector<std::string> excludes{"/srv/cache/", "*.tmp"};
  const auto created = plan(wish(), excludes);
  REQUIRE(created);
  const auto record = replay("j-1", stored({*created}));
  REQUIRE(record);
  CHECK(record->settings.excludes == excludes);
  const auto view = view_of(*record);
  REQUIRE(view.warnings.size() == 1);
  CHECK(view.warnings[0].name == "excludes_not_for_blocks");
  CHECK(view.warnings[0].evidence == "system disk, data disk 2");
  CHECK(view_of(new_job(wish())).warnings.empty());
}
