// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the product is for: disks of a server become an ENS image.
#include <fstream>

#include <doctest/doctest.h>

#include "messages/resource.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

#ifdef FERRY_SANITIZED
constexpr std::uint64_t agent_memory_kib_max = 64 * 1024 * 4;  // with the checks' own memory
#else
constexpr std::uint64_t agent_memory_kib_max = 64 * 1024;
#endif

/// The most memory a process ever had, in KiB.
std::uint64_t peak_memory_kib(pid_t process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6));
  }
  return 0;
}

}  // namespace

TEST_CASE("a raw disk becomes an ENS image, and nothing temporary is left") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 128 * mib, 60 * mib);
  Cluster cluster{{.disks = {disk}}};
  const auto id = cluster.start_job();
  CHECK(cluster.cli({"job", "watch", id}).exit_code == 0);
  const auto job = cluster.job(id);
  cluster.check_finished(job, {disk});
  CHECK(job.progress == 100);
  CHECK(fs::is_regular_file(cluster.state() / "instances" / "released" / job.instance));
  const auto peak = peak_memory_kib(cluster.pid("source"));
  MESSAGE("the agent had " << peak << " KiB at most");
  CHECK(peak > 0);
  CHECK(peak < agent_memory_kib_max);
}

TEST_CASE("a server of two disks becomes an image of two files") {
  TempFolder folder;
  const auto system = folder.path() / "system.raw";
  const auto data = folder.path() / "data.raw";
  make_server_disk(system, 40 * mib, 8 * mib);
  make_server_disk(data, 24 * mib, 12 * mib);
  Cluster cluster{{.disks = {system, data}}};
  const auto job = cluster.wait_for_status(cluster.start_job(), "Finished");
  cluster.check_finished(job, {system, data});
  CHECK(cluster.images() == 2);
}

TEST_CASE("a cluster that starts anew knows nothing of before, and migrates the server again") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 40 * mib, 8 * mib);
  Cluster cluster{{.disks = {disk}}};
  const auto before = cluster.source();
  // Left in the middle, as by somebody who interrupts it.
  const auto left = cluster.start_job({"--bandwidth", "8"});
  cluster.wait_until_copied(left, 5);
  cluster.start_anew();
  CHECK(cluster.source() != before);
  CHECK(cluster.refused({"job", "show", left}).error == "FERRY-5001");
  const auto id = cluster.start_job();
  cluster.check_finished(cluster.wait_for_status(id, "Finished"), {disk});
  CHECK(cluster.images() == 1);
  CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
}
