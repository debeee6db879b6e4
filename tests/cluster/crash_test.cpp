// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Any process may die at any time: the cluster starts it again and the job goes on by
// itself, without copying again what had arrived.
#include <doctest/doctest.h>

#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

constexpr std::uint64_t crash_noise = 64 * mib;
// What is under way when a process dies: the windows of all streams. As much may have
// been sent since the test last looked at the process that died.
constexpr std::uint64_t bytes_again_max = 24 * mib;
const Words at_160_mbit{"--bandwidth", "160"};  // 20 MB/s: the copy takes three seconds

/// A cluster in the middle of copying a disk.
struct Copying {
  TempFolder folder;
  std::filesystem::path disk = made_disk(folder.path() / "system.raw");
  Cluster cluster{{.disks = {disk}}};
  std::string job = cluster.start_job(at_160_mbit);

  Copying() { cluster.wait_until_copied(job, 40); }

  static std::filesystem::path made_disk(const std::filesystem::path& path) {
    make_server_disk(path, 96 * mib, crash_noise);
    return path;
  }
  void check_finishes() {
    const auto view = cluster.wait_for_status(job, "Finished");
    cluster.check_finished(view, {disk});
    const auto sent = cluster.bytes_sent(job);
    MESSAGE("sent " << sent / mib << " MiB in " << view.epoch << " epoch(s)");
    CHECK(sent > crash_noise - bytes_again_max);
    CHECK(sent < crash_noise + bytes_again_max);
  }
};

void kill_while_copying(const std::string& node) {
  Copying copying;
  copying.cluster.kill_9(node);
  copying.check_finishes();
  CHECK(copying.cluster.restarts(node) == 1);
}

}  // namespace

TEST_CASE("a controller that is killed while a disk is copied finds its job again") {
  kill_while_copying("controller");
}

TEST_CASE("a transition node that is killed while it receives a disk keeps what had arrived") {
  kill_while_copying("transition-1");
}

TEST_CASE("a source agent that is killed while it copies goes on where it was") {
  kill_while_copying("source");
}

TEST_CASE("a worker that is killed while a disk is copied is not missed") {
  kill_while_copying("worker-1");
}

TEST_CASE("a launcher that is killed leaves its nodes to the next one") {
  Copying copying;
  copying.cluster.kill_9("launcher");
  copying.cluster.up();
  copying.check_finishes();
}

TEST_CASE("a worker that is killed while it builds the image builds it again") {
  Copying copying;
  auto& cluster = copying.cluster;
  cluster.must({"job", "modify", copying.job, "--bandwidth", "0"});
  const auto is_over = [](const JobView& view) {
    return view.business_status == "Cleaning" || view.status == "Finished";
  };
  cluster.wait_for(copying.job, "processing",
                   [](const JobView& view) { return view.business_status == "Processing"; });
  cluster.kill_9("worker-1");
  for (const std::string step : {"uploading", "importing"}) {
    const auto job = cluster.wait_for(copying.job, step, [&](const JobView& view) {
      return is_over(view) || view.step.starts_with(step);
    });
    // A step may be over before anybody can ask; later ones still show.
    if (is_over(job)) break;
    MESSAGE("killed while " << job.step);
    cluster.kill_9("worker-1");
  }
  const auto view = cluster.wait_for_status(copying.job, "Finished");
  cluster.check_finished(view, {copying.disk});
  CHECK(cluster.images() == 1);
  CHECK(cluster.restarts("worker-1") > 0);
}
