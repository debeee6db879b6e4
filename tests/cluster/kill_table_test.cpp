// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every journalled step of a job against every process: whoever is killed right then,
// the job finishes without a human, its image holds the disk's bytes, little is sent
// again, and nothing is left. The whole table takes minutes and is run by
// scripts/kill-table; a diagonal of it belongs to the default tests.
#include <thread>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "messages/resource.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

constexpr std::uint64_t noise_bytes = 24 * mib;
// A kill costs at most what was under way and what was not yet committed.
constexpr std::uint64_t bytes_again_max = 24 * mib;
constexpr std::int64_t finished_after_kill_ms = 45'000;
const Words slow{"--bandwidth", "120"};

/// The events after which somebody is killed, in the order of a job's life.
constexpr std::array steps{"event.job_created",       "event.job_started",
                           "event.instance_intended", "event.instance_ready",
                           "event.disks_verified",    "event.export_intended",
                           "event.image_exported",    "event.import_intended",
                           "event.image_imported",    "event.resource_released"};
constexpr std::array processes{"controller", "transition-1", "worker-1", "source", "launcher"};

/// One cluster on which one victim is killed again and again.
struct Victim {
  TempFolder folder;
  std::filesystem::path disk = folder.path() / "system.raw";
  Cluster cluster;
  std::string process;

  explicit Victim(std::string name) : cluster{plan()}, process(std::move(name)) {}

  Plan plan() {
    make_server_disk(disk, 48 * mib, noise_bytes);
    return {.disks = {disk}, .more = "[janitor]\nperiod_s = 1\n"};
  }
  /// Waits until the event is durable. Steps come fast, so it may be followed by others.
  void wait_for_event(const std::string& job, const std::string& type) {
    const auto deadline = steady_ms() + 60'000;
    for (;;) {
      const auto answer = cluster.cli({"job", "events", job});
      if (answer.exit_code == 0 && answer.out.find('"' + type + '"') != std::string::npos) return;
      REQUIRE_MESSAGE(steady_ms() < deadline, type << " never came\n" << cluster.logs());
    }
  }
  void kill() {
    cluster.kill_9(process);
    if (process == "launcher") cluster.up();
  }
  void survive(const std::string& step) {
    CAPTURE(step);
    CAPTURE(process);
    const auto job = cluster.create_job(slow);
    if (step != "event.job_created") cluster.must({"job", "start", job});
    wait_for_event(job, step);
    const auto killed_ms = steady_ms();
    kill();
    if (step == "event.job_created") cluster.must_once_up({"job", "start", job});
    const auto view = cluster.wait_for_status(job, "Finished");
    CHECK(steady_ms() - killed_ms < finished_after_kill_ms);
    cluster.check_finished(view, {disk});
    CHECK(cluster.bytes_sent(job) < noise_bytes + bytes_again_max);
    CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
  }
};

}  // namespace

TEST_CASE("a job survives the death of each process at one of its steps") {
  for (std::size_t i = 0; i < processes.size(); ++i) {
    Victim victim{processes.at(i)};
    victim.survive(steps.at((2 * i + 1) % steps.size()));
  }
}

TEST_CASE("a job survives the death of every process at every step" * doctest::skip()) {
  for (const auto* process : processes) {
    Victim victim{process};
    for (const auto* step : steps) {
      MESSAGE("killing " << std::string{process} << " after " << std::string{step});
      victim.survive(step);
    }
    CHECK(victim.cluster.images() == steps.size());
  }
}
