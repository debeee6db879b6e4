// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs of several runs, and work that moves from one worker to another.
#include <algorithm>
#include <csignal>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "messages/resource.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

constexpr std::uint64_t runs_noise = 24 * mib;

/// Writes over a piece in the middle of the disk's one large file.
void change_disk(const std::filesystem::path& disk) {
  const Fd fd{::open(disk.c_str(), O_WRONLY | O_CLOEXEC)};
  REQUIRE(fd.get() >= 0);
  const std::string piece(64 << 10, 'n');
  const auto size = std::filesystem::file_size(disk);
  REQUIRE(::pwrite(fd.get(), piece.data(), piece.size(), static_cast<off_t>(size / 2)) > 0);
}

bool has_event(const Cluster& cluster, const std::string& id, const std::string& type) {
  const auto list = from_json<EventList>(cluster.must({"job", "events", id}));
  return std::ranges::any_of(list.events, [&](const EventView& e) { return e.type == type; });
}

}  // namespace

TEST_CASE("a job of several runs sends what changed, keeps the newest image, and is cut over") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 48 * mib, runs_noise);
  Cluster cluster{{.disks = {disk}}};
  const auto id = cluster.start_job({"--name", "web", "--every", "1", "--keep", "1"});
  CHECK(cluster.cli({"job", "watch", id}).exit_code == 0);
  const auto first = cluster.wait_for_status(id, "Waiting");
  CHECK(first.next_run_ms == first.runs.at(0).started_ms + 3'600'000);
  CHECK(first.disks.at(0).bytes_sent >= runs_noise);
  CHECK(cluster.images() == 1);
  CHECK(cluster.refused({"job", "resume", id}).error == "FERRY-5011");

  change_disk(disk);
  cluster.must({"job", "start", id});
  const auto second = cluster.wait_for(id, "a second run", [](const JobView& job) {
    return job.status == "Waiting" && job.runs.size() == 2;
  });
  CHECK(second.image != first.image);
  CHECK(second.disks.at(0).bytes_sent < 8 * mib);
  CHECK(second.images == std::vector{second.image});
  CHECK(cluster.images() == 1);
  CHECK(has_event(cluster, id, "event.image_removed"));

  change_disk(disk);
  cluster.must({"job", "cutover", id, "--sync"});
  const auto last = cluster.wait_for_status(id, "Finished");
  CHECK(last.runs.size() == 3);
  cluster.check_finished(last, {disk});
  CHECK(cluster.images() == 1);
  cluster.must({"job", "delete", id});
  CHECK(eventually([&] { return from_json<JobList>(cluster.must({"job", "list"})).jobs.empty(); }));
  CHECK(cluster.images() == 1);
}

TEST_CASE("a worker that hangs has its export taken up by another, and undoes its own later") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 48 * mib, runs_noise);
  Cluster cluster{{.disks = {disk}, .workers = 2}};
  // Copying takes less than the time after which a silent worker is gone, so this one is
  // chosen although it hangs already.
  const auto worker = cluster.pid("worker-1");
  REQUIRE(::kill(worker, SIGSTOP) == 0);
  const auto id = cluster.start_job();
  cluster.wait_for(id, "in Processing",
                   [](const JobView& job) { return job.business_status == "Processing"; });
  const auto start_ms = steady_ms();
  const auto replaced = [&] { return has_event(cluster, id, "event.worker_replaced"); };
  CHECK(eventually(replaced));
  MESSAGE("taken up after " << steady_ms() - start_ms << " ms");
  CHECK(steady_ms() - start_ms < 16'000);
  cluster.wait_for(id, "cleaning", [](const JobView& job) {
    return job.business_status == "Cleaning" && !job.image.empty();
  });
  // What the first one may have begun is not given up before it is known to be lost for good.
  const auto rows = from_json<ResourceList>(cluster.must({"resource", "list"})).resources;
  const auto open = std::ranges::find_if(rows, [](const ResourceView& row) {
    return row.kind == "export" && row.node == "worker-1" && row.parent.empty();
  });
  REQUIRE(open != rows.end());
  const auto early = cluster.refused({"resource", "release", "--forget", open->token});
  CHECK(early.fix.find("once 'edgeferry job show " + id) != std::string::npos);
  REQUIRE(::kill(worker, SIGCONT) == 0);
  cluster.check_finished(cluster.wait_for_status(id, "Finished"), {disk});
  CHECK(cluster.images() == 1);
}
