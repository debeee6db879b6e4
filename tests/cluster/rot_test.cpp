// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A target disk that changes between the proof of its copy and its image.
#include <algorithm>
#include <csignal>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t rot_noise = 24 * mib;

/// Flips a bit in the middle, where the disk's one large file lies, as a medium does: nobody
/// is told, and it lasts.
void rot(const fs::path& disk) {
  const Fd fd{::open(disk.c_str(), O_RDWR | O_CLOEXEC)};
  REQUIRE_MESSAGE(fd.get() >= 0, disk.string());
  const auto offset = fs::file_size(disk) / 2;
  unsigned char byte = 0;
  REQUIRE(read_at(fd, &byte, 1, offset));
  byte ^= 4;
  REQUIRE(write_at(fd, &byte, 1, offset));
  REQUIRE(::fdatasync(fd.get()) == 0);
}

struct Rotting {
  TempFolder folder;
  fs::path disk = folder.path() / "system.raw";
  Cluster cluster{plan()};

  Plan plan() {
    make_server_disk(disk, 48 * mib, rot_noise);
    return {.disks = {disk}};
  }
  [[nodiscard]] long events(const std::string& job, const std::string& type) const {
    const auto list = from_json<EventList>(cluster.must({"job", "events", job}));
    return std::ranges::count(list.events, type, &EventView::type);
  }
  /// Starts a run and lets the target rot once its copy is proven. The worker is held up
  /// meanwhile: for less time than makes it count as gone, and so it is the one that exports.
  void run_with_rot(const std::string& job) {
    const auto proofs = events(job, "event.disks_verified");
    const auto worker = cluster.pid("worker-1");
    REQUIRE(::kill(worker, SIGSTOP) == 0);
    cluster.must({"job", "start", job});
    const bool proven = eventually([&] { return events(job, "event.disks_verified") > proofs; });
    if (proven) rot(cluster.state() / "instances" / cluster.job(job).instance / "disk0.raw");
    REQUIRE(::kill(worker, SIGCONT) == 0);
    REQUIRE_MESSAGE(proven, cluster.logs());
  }
};

}  // namespace

TEST_CASE("a bit that rots between verification and export doesn't reach the image") {
  Rotting rotting;
  auto& cluster = rotting.cluster;
  const auto job = cluster.create_job();
  rotting.run_with_rot(job);
  const auto view = cluster.wait_for_status(job, "Finished");
  cluster.check_finished(view, {rotting.disk});
  CHECK(rotting.events(job, "event.copy_refuted") == 1);
  CHECK(rotting.events(job, "event.disks_verified") == 2);
  // What was mended is the granule that had the bit.
  CHECK(view.disks.at(0).bytes_sent == 4096);
}

TEST_CASE("a bit that rots in a later run doesn't reach that run's image") {
  Rotting rotting;
  auto& cluster = rotting.cluster;
  const auto job = cluster.create_job({"--name", "web", "--every", "1", "--keep", "1"});
  cluster.must({"job", "start", job});
  const auto first = cluster.wait_for_status(job, "Waiting");
  rotting.run_with_rot(job);
  const auto second = cluster.wait_for(job, "a second run", [](const JobView& view) {
    return view.status == "Waiting" && view.runs.size() == 2;
  });
  CHECK(rotting.events(job, "event.copy_refuted") == 1);
  CHECK(second.image != first.image);
  cluster.must({"job", "cutover", job});
  cluster.check_finished(cluster.wait_for_status(job, "Finished"), {rotting.disk});
}
