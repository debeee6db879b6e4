// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Clusters of programs that die at crash points, or for which time passes at once
// (tests/cluster/crashing/); and the work during which they die: between them, these workloads
// pass all points.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/cluster/emulated_cloud.hpp"
#include "tests/cluster/mortal_cluster.hpp"

namespace ferry::cluster_test {

/// What a test and the programs tell each other about crash points and time.
class CrashFolder {
 public:
  /// From now on the process that passes the point for the `visit`-th time dies, once.
  void arm(const std::string& point, int visit = 1) const;
  /// Waits for that death; the test fails if the point is not passed.
  void check_died() const;
  /// On the wall clock; 0 if nobody has.
  [[nodiscard]] std::int64_t died_ms() const;
  /// So much time passes at once for every node, seen within a moment.
  void pass(std::chrono::milliseconds time);
  /// All points passed since the last call.
  [[nodiscard]] std::set<std::string> take_visited() const;
  [[nodiscard]] const std::filesystem::path& crash_path() const { return folder_.path(); }

 private:
  TempFolder folder_;
  std::chrono::milliseconds ahead_{0};
};

/// A server whose disk is a raw image.
struct CrashingCluster : CrashFolder, MortalCluster {
  /// `more`: further tables of the cluster file.
  explicit CrashingCluster(const std::string& more = {}) : MortalCluster{crash_path(), more} {}
  /// With the point armed before anything is started.
  struct Armed {
    std::string point;
  };
  explicit CrashingCluster(const Armed& armed) : MortalCluster{(arm(armed.point), crash_path())} {}
};

/// A server whose disk is mounted, so that its file system is held still for the last pass.
struct LiveCrashingCluster : CrashFolder {
  explicit LiveCrashingCluster(std::uint64_t disk_bytes = 48 * mib,
                               const std::string& filesystem = "ext4");
  ~LiveCrashingCluster();
  LiveCrashingCluster(const LiveCrashingCluster&) = delete;
  LiveCrashingCluster& operator=(const LiveCrashingCluster&) = delete;

  /// Thaws the file system; returns whether it was frozen.
  [[nodiscard]] bool thaw() const;

  TempFolder folder;
  std::filesystem::path image = folder.path() / "live.raw";
  LoopDisk loop;
  Mount mounted;
  Cluster cluster;
};

/// Work that ends without a human, whoever dies, and then checks that it ended well.
/// Jobs rent machines, whose processes may die as well, and ECS makes their images.
struct RentingCrashingCloud : CrashFolder {
  EmulatedCloud cloud{{.machines = true, .native = true, .crash_folder = crash_path()}};
};

struct Workload {
  std::string name;
  std::function<void(CrashingCluster&)> run;
  std::string more = {};  // what it needs in the cluster file
};
/// A point is passed by the first that can.
[[nodiscard]] const std::vector<Workload>& workloads();
[[nodiscard]] const Workload& workload(const std::string& name);

/// The same for a live server, with further words for the job.
/// By a rented machine, which is expected to be given back.
void migrate_renting(RentingCrashingCloud& renting);

void migrate_live(LiveCrashingCluster& live, const Words& words = {});
/// Its disk is made anew and filled file by file, which needs room for the new tables.
inline const Words by_files{"--partition", "/=disk:0,method:file"};
inline constexpr std::uint64_t by_files_bytes = 160 * mib;
inline constexpr std::uint64_t by_snapshot_bytes = 320 * mib;  // of a btrfs

}  // namespace ferry::cluster_test
