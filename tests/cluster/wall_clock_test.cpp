// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Somebody sets the wall clock of the host that controller, transition node and worker
// share, while a job copies from a source server whose clock stays right.
#include <csignal>
#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/subprocess.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;

namespace {

/// The wall clock of a cluster's own program, and nobody else's.
class HostClock {
 public:
  HostClock() {
    set(0);
    // What its library shares between processes is made by the first of them and goes with that,
    // under the hands of others that start just then. This one stays until the end.
    auto words = library();
    words.insert(words.begin(), "env");
    words.insert(words.end(), {"sleep", "infinity"});
    const auto null = open_file("/dev/null", O_WRONLY);
    const auto started = spawn(words, null->get(), null->get());
    REQUIRE(started);
    first_ = *started;
    REQUIRE(eventually([&] { return std::filesystem::exists(shared_files().front()); }, 10s));
  }
  ~HostClock() {
    ::kill(first_, SIGKILL);
    ::waitpid(first_, nullptr, 0);
    std::error_code ignored;
    for (const auto& file : shared_files()) std::filesystem::remove(file, ignored);
  }
  HostClock(const HostClock&) = delete;
  HostClock& operator=(const HostClock&) = delete;

  /// Seconds ahead of what is true; seen by all within two seconds.
  void set(std::int64_t ahead_s) const {
    const auto next = folder_.path() / "next";
    std::ofstream{next} << std::showpos << ahead_s << '\n';
    std::filesystem::rename(next, file());
  }
  [[nodiscard]] Words environment() const {
    auto words = library();
    const auto number = std::to_string(first_);
    words.push_back("FAKETIME_SHARED=/faketime_sem_" + number + " /faketime_shm_" + number);
    return words;
  }

 private:
  [[nodiscard]] Words library() const {
    return {"LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1",
            "FAKETIME_TIMESTAMP_FILE=" + file().string(),
            "FAKETIME_CACHE_DURATION=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "NO_FAKE_STAT=1",
            "FAKETIME_SKIP_CMDS=edgeferry-agent"};
  }
  [[nodiscard]] Words shared_files() const {
    const auto number = std::to_string(first_);
    return {"/dev/shm/faketime_shm_" + number, "/dev/shm/sem.faketime_sem_" + number};
  }
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "clock"; }

  TempFolder folder_;
  pid_t first_ = 0;
};

#ifdef FERRY_SANITIZED
constexpr bool is_sanitized = true;  // a sanitizer has to be the first library of a process
#else
constexpr bool is_sanitized = false;
#endif

}  // namespace

TEST_CASE("a wall clock that is set a day ahead and then back misleads no running job" *
          doctest::skip(is_sanitized)) {
  const TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 64 * mib, 40 * mib);
  const HostClock clock;
  Cluster cluster{{.disks = {disk}, .environment = clock.environment()}};
  const auto id = cluster.start_job({"--bandwidth", "16"});  // 20 s for the disk
  const auto epoch = cluster.wait_until_copied(id, 4).epoch;
  const auto source = [&] {
    return from_json<SourceList>(cluster.must({"source", "list"})).sources.at(0);
  };

  for (const std::int64_t jump_s : {86'400, -3600}) {
    CAPTURE(jump_s);
    clock.set(jump_s);
    // That the cluster has that time is seen from the heartbeats it notes.
    const auto has_jumped = [&] {
      const auto now = source();
      CHECK(now.state == "InUse");
      return std::abs(now.last_seen_ms - wall_ms() - jump_s * 1000) < 60'000;
    };
    CHECK(eventually(has_jumped, 8s));
    CHECK(cluster.job(id).status == "Running");
  }
  cluster.must({"job", "modify", id, "--bandwidth", "0"});
  const auto view = cluster.wait_for_status(id, "Finished");
  cluster.check_finished(view, {disk});
  CHECK(view.epoch == epoch);
  for (const auto* node : {"controller", "transition-1", "worker-1", "source"}) {
    CAPTURE(node);
    CHECK(cluster.restarts(node) == 0);
  }
}
