// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the janitor does about things that nobody uses, on real processes and files.
#include <fstream>
#include <thread>

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

void make_file(const fs::path& file) {
  fs::create_directories(file.parent_path());
  std::ofstream{file} << "left over";
}

template <class Condition>
bool within_seconds(int seconds, Condition condition) {
  for (int i = 0; i < seconds * 10; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(100ms);
  }
  return false;
}

}  // namespace

TEST_CASE("what comes back after its release is found, told, and removed by itself") {
  const OneDiskServer server{64 * mib, 8 * mib};
  Cluster cluster{{.disks = {server.disk}, .more = "[janitor]\nperiod_s = 1\n"}};
  const auto id = cluster.start_job();
  const auto token = cluster.job(id).instance;
  cluster.wait_for_status(id, "Finished");
  // As if a writer had been late.
  const auto folder = cluster.state() / "instances" / token;
  make_file(folder / "disk0.raw");
  CHECK(within_seconds(10, [&] { return !fs::exists(folder); }));
  CHECK(within_seconds(5, [&] {
    const auto events = cluster.must({"cluster", "events"});
    return events.find("resource_leaked") != std::string::npos &&
           events.find("resource_removed") != std::string::npos;
  }));
  CHECK(cluster.images() == 1);
}

TEST_CASE("what is nobody's is shown, stays, and goes when an operator says so") {
  const OneDiskServer server{64 * mib, 8 * mib};
  Cluster cluster{{.disks = {server.disk}, .more = "[janitor]\nperiod_s = 1\n"}};
  const auto folder = cluster.state() / "instances" / "i-00000000000000000000";
  make_file(folder / "disk0.raw");
  CHECK(within_seconds(10, [&] {
    const auto list = cluster.must({"resource", "list", "--leaked"});
    return list.find("i-00000000000000000000") != std::string::npos &&
           list.find("unknown") != std::string::npos;
  }));
  std::this_thread::sleep_for(1500ms);  // one more look at least
  CHECK(fs::exists(folder));
  cluster.must({"resource", "release", "i-00000000000000000000"});
  CHECK_FALSE(fs::exists(folder));
  CHECK(cluster.refused({"resource", "release", "i-00000000000000000000"}).error == "FERRY-5001");
}

TEST_CASE("an instance that somebody removes is reported, and what a job uses can't be released") {
  const OneDiskServer server{64 * mib, 8 * mib};
  Cluster cluster{{.disks = {server.disk}, .more = "[janitor]\nperiod_s = 1\n"}};
  const auto id = cluster.start_job({"--bandwidth", "8"});
  cluster.wait_until_copied(id, 20);
  cluster.must({"job", "pause", id});
  const auto token = cluster.job(id).instance;
  const auto refusal = cluster.refused({"resource", "release", token});
  CHECK(refusal.what.find(id) != std::string::npos);
  CHECK(cluster.refused({"resource", "release", "--forget", token}).what.find(id) !=
        std::string::npos);
  const auto parts = cluster.must({"resource", "list"});
  CHECK(parts.find("\"" + token + "/disk0\"") != std::string::npos);
  fs::remove_all(cluster.state() / "instances" / token);
  CHECK(within_seconds(10, [&] {
    return cluster.must({"cluster", "events"}).find("resource_missing") != std::string::npos;
  }));
  cluster.must({"job", "cancel", id});
  cluster.wait_for_status(id, "Deleted");
  CHECK(cluster.must({"resource", "list"}).find(token) == std::string::npos);
  CHECK(cluster.must({"resource", "list", "--all"}).find(token) != std::string::npos);
}
