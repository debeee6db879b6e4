// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs that rent a machine of ECS each: the emulated cloud boots it, as processes of its own, and
// its nodes do the work of the job.
#include <doctest/doctest.h>

#include "messages/resource.hpp"
#include "tests/cloud_emulator/disks.hpp"
#include "tests/cluster/emulated_cloud.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
using emulator::text_of;

namespace {

constexpr auto machine_job_limit = 180s;

bool has_joined(const JobView& job) { return job.business_status == "Syncing"; }

}  // namespace

TEST_CASE("a job moves a server through a machine of its own, and gives all that it rented back") {
  EmulatedCloud cloud{{.machines = true}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--image-name", "web-server"});
  cluster.wait_for(id, "has a machine", [](const JobView& job) { return !job.machine.id.empty(); });
  const auto instances = cloud.all(emulator::kind::instance);
  REQUIRE(instances.size() == 1);
  CHECK(text_of(instances.front(), "InstanceName") == "No_Delete_SMC_Transition_Instance");  // F18
  const auto job = cluster.wait_for_status(id, "Finished", machine_job_limit);
  const auto images = cloud.images();
  REQUIRE(images.size() == 1);
  CHECK(text_of(images.front(), "ImageId") == job.image);
  CHECK(same_contents(cloud.disk, qcow2_below(cloud.folder_of(images.front()))));
  CHECK(cloud.temporary() == "");  // F20
  CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
  CHECK(cluster.logs().find(EmulatedCloud::secret) == std::string::npos);
}

TEST_CASE("a job rents one machine, whichever process dies while it is made") {
  EmulatedCloud cloud{{.machines = true, .tick_ms = 1'000}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  REQUIRE(eventually([&] { return !cloud.all(emulator::kind::vpc).empty(); }));
  cluster.kill_9("worker-1");
  REQUIRE(eventually([&] { return !cloud.all(emulator::kind::instance).empty(); }, 60s));
  cluster.kill_9("controller");
  CHECK(eventually([&] { return cloud.all(emulator::kind::instance).size() == 1; }));
  cluster.wait_for_status(id, "Finished", machine_job_limit);
  CHECK(cloud.images().size() == 1);
  CHECK(cloud.temporary() == "");
}

TEST_CASE("a machine that somebody else releases fails its job, and its end leaves nothing") {
  EmulatedCloud cloud{{.machines = true}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--bandwidth", "8"});
  cluster.wait_for(id, "copies", has_joined, machine_job_limit);
  {
    const std::lock_guard lock{cloud.world.mutex};
    auto* instance = cloud.world.all(emulator::kind::instance).at(0);
    const auto released = text_of(*instance, "id");
    emulator::power_off(*instance);
    for (const auto* disk : emulator::disks_of(cloud.world, released)) {
      cloud.world.remove(emulator::kind::disk, text_of(*disk, "id"));
    }
    cloud.world.remove(emulator::kind::instance, released);
  }
  const auto job = cluster.wait_for_status(id, "InError", machine_job_limit);
  CHECK(job.error_code == static_cast<std::uint16_t>(Errc::instance_gone));  // F99
  CHECK(cluster.refused({"job", "retry", id}).error == code_text(Errc::instance_gone));
  cluster.must({"job", "cancel", id});
  CHECK(eventually([&] { return cluster.job(id).status == "Deleted"; }, 60s));
  CHECK(cloud.temporary() == "");
}

TEST_CASE(
    "a machine type that is out of stock fails the job, and a retry has it once it is there") {
  EmulatedCloud cloud{{.machines = true}};
  cloud.set([](auto& settings) { settings.no_stock = {"ecs.g6.large"}; });
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--machine-type", "ecs.g6.large"});
  const auto job = cluster.wait_for_status(id, "InError", machine_job_limit);
  CHECK(job.error_code == static_cast<std::uint16_t>(Errc::no_stock));  // F87
  cloud.set([](auto& settings) { settings.no_stock.clear(); });
  cluster.must({"job", "retry", id});
  CHECK(cluster.wait_for_status(id, "Finished", machine_job_limit).machine.type == "ecs.g6.large");
  CHECK(cloud.temporary() == "");
}

TEST_CASE("a job that is canceled while its machine boots leaves nothing of it") {
  EmulatedCloud cloud{{.machines = true}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  cluster.wait_for(id, "has a machine", [](const JobView& job) { return !job.machine.id.empty(); });
  cluster.must({"job", "cancel", id});
  CHECK(eventually([&] { return cluster.job(id).status == "Deleted"; }, 60s));
  CHECK(cloud.temporary() == "");
  CHECK(from_json<NodeList>(cluster.must({"cluster", "nodes"})).nodes.size() == 3);
}

TEST_CASE("nothing is rented as long as ENS can't be used, and a retry goes on from there") {
  EmulatedCloud cloud{{.machines = true}};
  cloud.faults.add(*emulator::fault_of({{"action", "DescribeSelfImages"},
                                        {"kind", "error"},
                                        {"status", 400},
                                        {"code", "NoPermission"},
                                        {"message", "Permission denied."}}));
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job();
  CHECK(cluster.wait_for_status(id, "InError", machine_job_limit).error.find("NoPermission") !=
        std::string::npos);  // F04
  CHECK(cloud.all(emulator::kind::vpc).empty());
  cluster.must({"job", "retry", id});
  cluster.wait_for_status(id, "Finished", machine_job_limit);
  CHECK(cloud.temporary() == "");
}

TEST_CASE("a machine that somebody boots again goes on with what it has") {
  EmulatedCloud cloud{{.machines = true}};
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--bandwidth", "80"});
  cluster.wait_for(id, "copies", has_joined, machine_job_limit);
  cluster.wait_until_copied(id, 30);
  {
    const std::lock_guard lock{cloud.world.mutex};
    auto* instance = cloud.world.all(emulator::kind::instance).at(0);
    emulator::power_off(*instance);
    (*instance)["work"] = "boot";
  }
  cluster.wait_for_status(id, "Finished", machine_job_limit);
  CHECK(cloud.images().size() == 1);
  CHECK(cloud.temporary() == "");
}

TEST_CASE(
    "a job moves a server through an instance that was there before, and leaves it as it was") {
  EmulatedCloud cloud{{.machines = true, .gib_bytes = 16 << 20U}};
  const auto instance = cloud.own_instance();
  const auto before = cloud.temporary();
  auto& cluster = *cloud.cluster;
  const auto id = cluster.start_job({"--image-name", "shop", "--instance", instance});
  cluster.wait_for(id, "copies", has_joined, machine_job_limit);
  CHECK(cluster.job(id).machine.id == instance);
  const auto disks = cloud.all(emulator::kind::disk);
  REQUIRE(disks.size() == 1);
  CHECK(text_of(disks.front(), "DiskName") == "SMC_Temp_Disk");  // F104
  CHECK(text_of(disks.front(), "InstanceId") == instance);
  cluster.wait_for_status(id, "Finished", machine_job_limit);
  const auto images = cloud.images();
  REQUIRE(images.size() == 1);
  CHECK(same_contents(cloud.disk, qcow2_below(cloud.folder_of(images.front()))));
  CHECK(cloud.temporary() == before);  // F105; and the instance is still there: F21
  CHECK(cloud.processes_of(instance) == "");
  CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
}

TEST_CASE("a temporary disk of a job in error is kept, and the job's end gives it back") {
  EmulatedCloud cloud{{.machines = true, .gib_bytes = 16 << 20U}};
  const auto instance = cloud.own_instance();
  const auto before = cloud.temporary();
  auto& cluster = *cloud.cluster;
  cloud.faults.add(*emulator::fault_of({{"action", "ImportImage"},
                                        {"kind", "error"},
                                        {"status", 400},
                                        {"code", "QuotaExceed"},
                                        {"message", "The custom image quota has been used up."}}));
  const auto id = cluster.start_job({"--instance", instance});
  cluster.wait_for_status(id, "InError", machine_job_limit);
  CHECK(cloud.all(emulator::kind::disk).size() == 1);  // F105
  cluster.must({"job", "cancel", id});
  CHECK(eventually([&] { return cluster.job(id).status == "Deleted"; }, 60s));
  CHECK(cloud.temporary() == before);
  CHECK(cloud.processes_of(instance) == "");
}

TEST_CASE("an instance that can't be used fails its job at once, with what is wrong with it") {
  EmulatedCloud cloud{{.machines = true}};
  auto& cluster = *cloud.cluster;
  CHECK(cluster.refused({"job", "create", "--source", cluster.source(), "--instance", "shop"})
            .error == code_text(Errc::invalid_argument));
  const auto id = cluster.start_job({"--instance", "i-nowhere"});
  const auto job = cluster.wait_for_status(id, "InError", machine_job_limit);
  CHECK(job.error_code == static_cast<std::uint16_t>(Errc::instance_unusable));
  CHECK(cloud.temporary() == "");
}
