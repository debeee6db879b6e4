// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every journalled step of a job, and the middle of its copy, against every process: whoever
// is killed right then, the job finishes without a human, its image holds the disk's bytes,
// little is sent again, and nothing is left. The whole table takes minutes and is run by
// scripts/kill-table; a sample of it belongs to the default tests.
#include <algorithm>
#include <array>
#include <fstream>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "messages/resource.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

constexpr std::uint64_t noise_bytes = 64 * mib;
constexpr double copied_percent = 75;
constexpr std::uint64_t streams = 2;
constexpr std::uint64_t credit_chunks = 4;
// A kill costs what was under way and what was not yet in the target's digest table. A product
// that begins from nothing again would send more, and so be seen.
constexpr std::uint64_t bytes_again_max =
    streams * credit_chunks * limits::chunk_bytes + limits::commit_bytes;
static_assert(bytes_again_max < noise_bytes * copied_percent / 100);
constexpr std::int64_t finished_after_kill_ms = 45'000;
const Words slow{"--bandwidth", "200"};

/// After what somebody is killed, in the order of a job's life.
constexpr const char* copying = "most of the disk is copied";
constexpr std::array steps{"event.job_created",
                           "event.job_started",
                           "event.instance_intended",
                           "event.instance_ready",
                           copying,
                           "event.disks_verified",
                           "event.export_intended",
                           "event.image_exported",
                           "event.import_intended",
                           "event.image_imported",
                           "event.resource_released"};

/// Bytes of the granules that are not zero: what has to be sent at least once.
std::uint64_t bytes_needed(const std::filesystem::path& disk) {
  std::ifstream in{disk, std::ios::binary};
  std::string granule(limits::granule_bytes, '\0');
  std::uint64_t bytes = 0;
  while (in.read(granule.data(), limits::granule_bytes)) {
    if (granule.find_first_not_of('\0') != std::string::npos) bytes += limits::granule_bytes;
  }
  return bytes;
}

/// One cluster on which one victim is killed again and again.
struct Victim {
  TempFolder folder;
  std::filesystem::path disk = folder.path() / "system.raw";
  Cluster cluster;
  std::string process;

  explicit Victim(std::string name) : cluster{plan()}, process(std::move(name)) {}

  Plan plan() {
    make_server_disk(disk, 96 * mib, noise_bytes);
    return {.disks = {disk},
            .more = "[janitor]\nperiod_s = 1\n[transfer]\nstreams = " + std::to_string(streams) +
                    "\ncredit_chunks = " + std::to_string(credit_chunks) + "\n"};
  }
  /// Waits until the event is durable. Steps come fast, so it may be followed by others.
  void wait_for_step(const std::string& job, const std::string& type) {
    if (type == copying) {
      cluster.wait_until_copied(job, copied_percent);
      return;
    }
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
    wait_for_step(job, step);
    const auto killed_ms = steady_ms();
    kill();
    if (step == "event.job_created") cluster.must_once_up({"job", "start", job});
    const auto view = cluster.wait_for_status(job, "Finished");
    CHECK(steady_ms() - killed_ms < finished_after_kill_ms);
    cluster.check_finished(view, {disk});
    const auto needed = bytes_needed(disk);
    const auto sent = cluster.bytes_sent(job);
    MESSAGE(process << " after " << step << ": " << (sent - std::min(sent, needed)) / limits::kib
                    << " KiB sent again");
    CHECK(sent <= needed + bytes_again_max);
    CHECK(from_json<ResourceList>(cluster.must({"resource", "list"})).resources.empty());
  }
};

/// One row of the table.
void survive_all(const std::string& process) {
  Victim victim{process};
  for (const auto* step : steps) {
    MESSAGE("killing " << process << " after " << std::string{step});
    victim.survive(step);
  }
  CHECK(victim.cluster.images() == steps.size());
}

}  // namespace

TEST_CASE("a job survives the death of each process at one of its steps") {
  const std::pair<const char*, const char*> sample[] = {{"controller", "event.instance_intended"},
                                                        {"transition-1", copying},
                                                        {"worker-1", "event.export_intended"},
                                                        {"source", copying},
                                                        {"launcher", "event.image_exported"}};
  for (const auto& [process, step] : sample) {
    Victim victim{process};
    victim.survive(step);
  }
}

TEST_CASE("a job survives the death of the controller at every step" * doctest::skip()) {
  survive_all("controller");
}
TEST_CASE("a job survives the death of the transition node at every step" * doctest::skip()) {
  survive_all("transition-1");
}
TEST_CASE("a job survives the death of the worker at every step" * doctest::skip()) {
  survive_all("worker-1");
}
TEST_CASE("a job survives the death of the source's agent at every step" * doctest::skip()) {
  survive_all("source");
}
TEST_CASE("a job survives the death of the launcher at every step" * doctest::skip()) {
  survive_all("launcher");
}
