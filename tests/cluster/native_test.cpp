// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs whose image ECS makes and exports by itself, of the disks of the machine that they rent.
#include <doctest/doctest.h>

#include "messages/resource.hpp"
#include "tests/cluster/emulated_cloud.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
using emulator::text_of;

namespace {

constexpr auto native_job_limit = 180s;

void check_moved(EmulatedCloud& cloud, const JobView& job, const std::string& not_ours = {}) {
  const auto images = cloud.images();
  REQUIRE(images.size() == 1);
  CHECK(text_of(images.front(), "ImageId") == job.image);
  CHECK(same_contents(cloud.disk, qcow2_below(cloud.folder_of(images.front()))));
  CHECK(cloud.temporary() == not_ours);
}

}  // namespace

TEST_CASE("a server becomes an image in ENS by way of a snapshot and an image of ECS") {
  EmulatedCloud cloud{{.machines = true, .native = true}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--image-name", "web-server"});
  REQUIRE(eventually([&] { return !cloud.all(emulator::kind::image).empty(); }, native_job_limit));
  // The disk of the cloud is the target disk.
  const auto snapshots = cloud.all(emulator::kind::snapshot);
  REQUIRE(snapshots.size() == 1);
  CHECK(text_of(snapshots.front(), "SourceDiskType") == "data");
  const auto job = cluster.wait_for_status(id, "Finished", native_job_limit);
  check_moved(cloud, job);
  CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
}

TEST_CASE("an instance that is borrowed gets the disk that ECS makes the image of") {
  EmulatedCloud cloud{{.machines = true, .native = true}};
  const auto instance = cloud.own_instance();
  const auto before = cloud.temporary();
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--instance", instance});
  REQUIRE(
      eventually([&] { return !cloud.all(emulator::kind::snapshot).empty(); }, native_job_limit));
  const auto disks = cloud.all(emulator::kind::disk);
  REQUIRE(disks.size() == 2);
  const auto made_of = text_of(cloud.all(emulator::kind::snapshot).front(), "SourceDiskId");
  for (const auto& disk : disks) CHECK(text_of(disk, "DiskName") == "SMC_Temp_Disk");
  CHECK(std::ranges::any_of(disks, [&](const auto& one) { return text_of(one, "id") == made_of; }));
  check_moved(cloud, cluster.wait_for_status(id, "Finished", native_job_limit), before);
}

TEST_CASE("a native export is made once, whoever dies while the cloud works and answers get lost") {
  EmulatedCloud cloud{{.machines = true, .native = true}};
  auto& cluster = *cloud.cluster;
  cloud.trouble("CreateSnapshot", "lose-reply");
  cloud.trouble("CreateImage", "lose-reply");
  cloud.trouble("ExportImage", "lose-reply");
  const auto id = cluster.start_job();
  REQUIRE(
      eventually([&] { return !cloud.all(emulator::kind::snapshot).empty(); }, native_job_limit));
  cluster.kill_9("worker-1");
  REQUIRE(eventually([&] { return !cloud.all(emulator::kind::image).empty(); }, native_job_limit));
  cluster.kill_9("controller");
  const auto job = cluster.wait_for_status(id, "Finished", native_job_limit);
  check_moved(cloud, job);
}

TEST_CASE("a job that is canceled while ECS exports its image leaves nothing") {
  EmulatedCloud cloud{{.machines = true, .native = true}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  REQUIRE(eventually([&] { return !cloud.all(emulator::kind::image).empty(); }, native_job_limit));
  cloud.set([](auto& settings) { settings.tick_ms = 60'000; });
  REQUIRE(eventually([&] { return !cloud.all(emulator::kind::task).empty(); }, 60s));
  cloud.set([](auto& settings) { settings.tick_ms = 100; });
  cluster.must({"job", "cancel", id});
  CHECK(eventually([&] { return cluster.job(id).status == "Deleted"; }, 60s));
  CHECK(cloud.images().empty());
  CHECK(cloud.temporary() == "");
}
