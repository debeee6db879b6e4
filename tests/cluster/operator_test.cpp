// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an operator does to a job that copies: pause, resume, modify, cancel.
#include <thread>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "base/clock.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

constexpr std::uint64_t operator_noise = 40 * mib;

}  // namespace

TEST_CASE("the tree shows the actors of every process, and the job under its supervisor") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "16"});
  cluster.wait_until_copied(id, 5);
  const auto tree = cluster.must({"cluster", "tree"});
  for (const auto* path : {"\"store\"", "\"jobs\"", "\"exporter\"", "\"instances\"", "\"sync\""}) {
    CAPTURE(path);
    CHECK(tree.find(path) != std::string::npos);
  }
  CHECK(tree.find("\"jobs/" + id + "\"") != std::string::npos);
  CHECK(tree.find("\"sync/" + id + "\"") != std::string::npos);
  CHECK(cluster.must({"cluster", "events"}).find("actor_failed") == std::string::npos);
  cluster.must({"job", "cancel", id});
}

TEST_CASE("a paused job survives a restart of everything and goes on where it was") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "16"});
  const auto early = cluster.refused({"job", "resume", id});
  CHECK(early.error == "FERRY-5011");
  CHECK(early.what.starts_with("The specified replication job status: Running"));
  cluster.wait_until_copied(id, 5);
  cluster.must({"job", "pause", id});
  CHECK(cluster.job(id).status == "Stopped");
  const auto again = cluster.refused({"job", "pause", id});
  CHECK(again.what.starts_with("The specified replication job status: Stopped"));
  CHECK_FALSE(again.fix.empty());

  cluster.down();
  cluster.up();
  CHECK(cluster.job(id).status == "Stopped");
  cluster.must({"job", "modify", id, "--bandwidth", "0"});
  cluster.must({"job", "resume", id});
  cluster.check_finished(cluster.wait_for_status(id, "Finished"), {server.disk});
  CHECK(cluster.bytes_sent(id) < operator_noise + 24 * mib);
  const auto late = cluster.refused({"job", "pause", id});
  CHECK(late.what.starts_with("The specified replication job status: Finished"));
}

TEST_CASE("a job that stays paused copies nothing") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "16"});
  cluster.wait_until_copied(id, 5);
  cluster.must({"job", "pause", id});
  std::this_thread::sleep_for(500ms);
  const auto before = must_run({"du", "-sk", (cluster.state() / "instances").string()});
  std::this_thread::sleep_for(1500ms);
  CHECK(must_run({"du", "-sk", (cluster.state() / "instances").string()}) == before);
  CHECK(cluster.job(id).status == "Stopped");
}

TEST_CASE("a new speed limit takes effect within two seconds") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto begin_ms = steady_ms();
  const auto id = cluster.start_job({"--bandwidth", "8"});  // 1 MB/s: 40 s for the disk
  cluster.wait_until_copied(id, 4);
  const auto slow = static_cast<std::int64_t>(cluster.job(id).network_bytes);
  const auto start_ms = steady_ms();
  CHECK(slow < (start_ms - begin_ms) * 1000 + 2'500'000);  // two chunks may come at once
  cluster.must({"job", "modify", id, "--bandwidth", "0"});
  cluster.wait_until_copied(id, 60);
  const auto took_ms = steady_ms() - start_ms;
  MESSAGE("half of the disk went " << took_ms << " ms after the change");
  CHECK(took_ms < 8000);
  CHECK(cluster.job(id).settings.transfer.bandwidth_mbps == 0);
  cluster.wait_for_status(id, "Finished");
}

TEST_CASE("a lower speed limit takes effect within a second") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "64"});
  cluster.wait_until_copied(id, 10);
  cluster.must({"job", "modify", id, "--bandwidth", "8"});
  std::this_thread::sleep_for(1s);
  const auto sent = [&] { return cluster.job(id).disks.at(0).bytes_sent; };
  const auto before = sent();
  std::this_thread::sleep_for(2s);
  // 8 Mbps are 2 MB in that time; chunks of 1 MiB make it uneven.
  CHECK(sent() - before <= 5 * mib);
  CHECK(cluster.job(id).business_status == "Syncing");
}

TEST_CASE("a canceled job leaves neither disks nor objects nor an image") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "16"});
  cluster.wait_until_copied(id, 5);
  cluster.must({"job", "cancel", id});
  cluster.wait_for_status(id, "Deleted");
  cluster.check_nothing_temporary();
  CHECK(cluster.images() == 0);
  const auto again = cluster.refused({"job", "cancel", id});
  CHECK(again.what.starts_with("The specified replication job status: Deleted"));

  // The source server is free again.
  const auto next = cluster.start_job({"--name", "next"});
  cluster.check_finished(cluster.wait_for_status(next, "Finished"), {server.disk});
}

TEST_CASE("a job that is canceled while its image is built leaves nothing either") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job();
  cluster.wait_for(id, "in Processing",
                   [](const JobView& job) { return job.business_status == "Processing"; });
  cluster.must({"job", "cancel", id});
  cluster.wait_for_status(id, "Deleted");
  cluster.check_nothing_temporary();
  CHECK(cluster.images() == 0);
}

TEST_CASE("a cluster that is taken down ends by itself, and nobody has to be killed") {
  const OneDiskServer server{64 * mib, operator_noise};
  Cluster cluster{{.disks = {server.disk}}};
  const auto start_ms = steady_ms();
  cluster.down();
  const auto took_ms = steady_ms() - start_ms;
  MESSAGE("down after " << took_ms << " ms");
  CHECK(took_ms < 8000);
  CHECK(cluster.logs().find("killed") == std::string::npos);
}

TEST_CASE("a controller takes as many links as its host allows files") {
  rlimit own{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &own) == 0);
  const rlimit few{512, own.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);  // the cluster inherits it
  const Cluster cluster{{.disks = {}, .with_source = false}};
  ::setrlimit(RLIMIT_NOFILE, &own);
  const auto pid = cluster.pid("controller");
  const auto raised = [&] {
    rlimit its{};
    return ::prlimit(pid, RLIMIT_NOFILE, nullptr, &its) == 0 && its.rlim_cur == own.rlim_max;
  };
  CHECK(eventually(raised));
}
