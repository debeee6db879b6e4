// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Every journalled step of a job, and the middle of its copy, against every process: whoever
// is killed right then, the job finishes without a human, its image holds the disk's bytes,
// little is sent again, and nothing is left. The whole table takes minutes and is run by
// scripts/kill-table; a sample of it belongs to the default tests.
#include <array>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "tests/cluster/mortal_cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

const Words at_200_mbit{"--bandwidth", "200"};

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

/// One cluster on which one victim is killed again and again.
struct Victim : MortalCluster {
  std::string process;

  explicit Victim(std::string name) : process(std::move(name)) {}

  /// Waits until the event is durable. Steps come fast, so it may be followed by others.
  void wait_for_step(const std::string& job, const std::string& type) {
    if (type == copying) {
      cluster.wait_until_copied(job, mortal_copied_percent);
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
    const auto job = cluster.create_job(at_200_mbit);
    if (step != "event.job_created") cluster.must({"job", "start", job});
    wait_for_step(job, step);
    const auto killed_ms = steady_ms();
    kill();
    if (step == "event.job_created") cluster.must_once_up({"job", "start", job});
    const auto view = cluster.wait_for_status(job, "Finished");
    CHECK(steady_ms() - killed_ms < finished_after_death_ms);
    check_survived(view, process + " after " + step);
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
