// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every crash point against the process that passes it: it dies before an effect, or after it
// with the answer lost, and all that kill_table_test.cpp expects holds. Which work passes
// which point is found out first, by doing it without a death; a point that none passes fails
// the test. The whole table takes many minutes and is run by scripts/kill-table; a sample of
// it belongs to the default tests.
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "tests/cluster/crashing_cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

/// The launcher waits longer each time before it starts a node again that keeps dying.
constexpr int deaths_of_a_cluster = 6;
/// Points that come by with every chunk: their process dies when most of the disk is copied.
const std::map<std::string, int> late_visits{
    {"target disk: a write is intended, nothing is written", 45},
    {"target disk: data is written, not durable", 45}};
/// As finished_after_death_ms, with a machine that is made, and an image that the cloud makes.
constexpr std::int64_t rented_after_death_ms = 3 * finished_after_death_ms;
/// Points that no workload here passes, and why.
const std::string by_notification_test = "nobody has subscribed here; see notification_test.cpp";
const std::map<std::string, std::string> not_passed{
    {"notifications: something is to be told, not addressed", by_notification_test},
    {"notifications: one is due, not sent", by_notification_test},
    {"notifications: one is taken by its receiver, not recorded", by_notification_test}};

/// Names in the product's sources.
std::set<std::string> all_points() {
  std::set<std::string> points;
  for (const auto* folder : {"actors", "apps", "base", "boot", "certificate", "cloud", "disk",
                             "images", "making", "replication", "storage", "transport"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator{fs::path{FERRY_SOURCE_FOLDER} / folder}) {
      std::ifstream in{entry.path()};
      for (std::string line; entry.is_regular_file() && std::getline(in, line);) {
        constexpr std::string_view call = "crash_point(\"";
        const auto at = line.find(call);
        if (at == std::string::npos) continue;
        const auto rest = line.substr(at + call.size());
        points.insert(rest.substr(0, rest.find('"')));
      }
    }
  }
  return points;
}

void check_in_time(const CrashFolder& folder, std::int64_t limit_ms = finished_after_death_ms) {
  folder.check_died();
  CHECK(wall_ms() - folder.died_ms() < limit_ms);
}

void survive(CrashingCluster& cluster, const Workload& work, const std::string& point) {
  CAPTURE(point);
  MESSAGE("dying at '" << point << "' during " << work.name);
  const auto late = late_visits.find(point);
  cluster.arm(point, late == late_visits.end() ? 1 : late->second);
  work.run(cluster);
  check_in_time(cluster);
}

void survive_registration(const std::string& point) {
  CAPTURE(point);
  MESSAGE("dying at '" << point << "' during registration");
  CrashingCluster cluster{CrashingCluster::Armed{point}};
  cluster.check_died();
  workload("migration").run(cluster);
  check_in_time(cluster);
}

/// How a server that works is migrated.
struct LiveWork {
  std::string name;
  std::uint64_t disk_bytes;
  std::string filesystem;
  Words words;
};
const LiveWork live_works[]{{"live", 48 * mib, "ext4", {}},
                            {"files", by_files_bytes, "ext4", by_files},
                            {"snapshot", by_snapshot_bytes, "btrfs", by_files}};

void survive_live(const LiveWork& work, const std::string& point) {
  CAPTURE(point);
  MESSAGE("dying at '" << point << "' while the server works: " << work.name);
  LiveCrashingCluster live{work.disk_bytes, work.filesystem};
  live.arm(point);
  migrate_live(live, work.words);
  check_in_time(live);
}

void survive_renting(const std::string& point) {
  CAPTURE(point);
  MESSAGE("dying at '" << point << "' with a rented machine");
  RentingCrashingCloud renting;
  renting.arm(point);
  migrate_renting(renting);
  check_in_time(renting, rented_after_death_ms);
}

/// Points, and the first work that passes each.
using Passed = std::map<std::string, std::string>;

Passed listed() {
  Passed passed;
  const auto add = [&](const CrashFolder& folder, const std::string& work) {
    for (const auto& point : folder.take_visited()) passed.emplace(point, work);
  };
  CrashingCluster cluster;
  add(cluster, "registration");
  // Those of the start alone; what a database does is done by every work.
  std::erase_if(passed, [](const auto& entry) { return entry.first.starts_with("store:"); });
  for (const auto& work : workloads()) {
    if (work.more.empty()) {
      work.run(cluster);
      add(cluster, work.name);
    } else {
      CrashingCluster own{work.more};
      work.run(own);
      add(own, work.name);
    }
  }
  for (const auto& work : live_works) {
    LiveCrashingCluster live{work.disk_bytes, work.filesystem};
    migrate_live(live, work.words);
    add(live, work.name);
  }
  RentingCrashingCloud renting;
  migrate_renting(renting);
  add(renting, "renting");
  return passed;
}

/// What failed has told why; the rest of the table is told all the same.
void tell_failure(const std::string& point, const std::function<void()>& survival) {
  try {
    survival();
  } catch (...) {
    FAIL_CHECK("not survived: " << point);
  }
}

void survive_all(const Workload& work, const Passed& passed) {
  std::unique_ptr<CrashingCluster> cluster;
  int deaths = 0;
  for (const auto& [point, passing] : passed) {
    if (passing != work.name) continue;
    tell_failure(point, [&, on = point] {
      if (deaths++ % deaths_of_a_cluster == 0) cluster = nullptr;
      if (!cluster) cluster = std::make_unique<CrashingCluster>(work.more);
      auto mine = std::move(cluster);  // one in which a job failed is of no more use
      survive(*mine, work, on);
      cluster = std::move(mine);
    });
  }
}

void survive_all(const Passed& passed) {
  for (const auto& work : workloads()) survive_all(work, passed);
  for (const auto& [point, work] : passed) {
    if (work == "registration") tell_failure(point, [&, on = point] { survive_registration(on); });
    if (work == "renting") tell_failure(point, [&, on = point] { survive_renting(on); });
    for (const auto& live : live_works) {
      if (work == live.name) tell_failure(point, [&, on = point] { survive_live(live, on); });
    }
  }
}

}  // namespace

TEST_CASE("a job survives a death before an effect, and one whose answer is lost") {
  CrashingCluster cluster;
  survive(cluster, workload("migration"), "transition: disks are asked for, none is made");
  survive(cluster, workload("migration"), "importer: image is made, not told");
}

TEST_CASE("an agent that is killed while it holds file systems still has them thawed") {
  survive_live(live_works[0], "agent: file systems are held still, nothing is sent");
}

TEST_CASE("an agent that is killed while it has a snapshot still has it removed") {
  survive_live(live_works[2], "agent: a snapshot is made, applications are at rest");
}

TEST_CASE("a job survives the death of what rents its machine, and of what runs on it") {
  survive_renting("renter: a machine runs, not told");
  survive_renting("machine: it has joined, which is not saved");
}

TEST_CASE("a job survives the death of each process at every crash point" * doctest::skip()) {
  const auto passed = listed();
  for (const auto& point : all_points()) {
    const bool excused = not_passed.contains(point);
    CHECK_MESSAGE(passed.contains(point) != excused,
                  (excused ? "passed after all: " : "no workload passes: ") << point);
  }
  MESSAGE(passed.size() << " crash points");
  survive_all(passed);
}
