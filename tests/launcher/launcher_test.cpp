// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The launcher with real processes: a shell script stands in for the nodes.
#include "apps/launcher.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/launcher_process.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"

using namespace ferry;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view script = R"(#!/bin/sh
# edgeferry node --config FILE --name NAME
here=$(dirname "$0")
if [ -e "$here/broken-$5" ]; then echo "$5 hates its configuration"; exit 78; fi
if [ -e "$here/failing-$5" ]; then exit 3; fi
trap 'echo "$5 ends" >>"$here/order"; exit 0' TERM
if [ -e "$here/stubborn-$5" ]; then trap '' TERM; fi
echo "$5 started by $FERRY_LAUNCHER_PID"
while :; do sleep 0.05; done
)";

bool eventually(const std::function<bool()>& condition, std::int64_t limit_ms = 15'000) {
  const auto deadline = steady_ms() + limit_ms;
  while (!condition()) {
    if (steady_ms() > deadline) return false;
    ::usleep(20'000);
  }
  return true;
}

/// A state folder, the fake program and launchers; kills all that is left at the end.
struct Cluster {
  fs::path folder = fs::temp_directory_path() / random_id("ferry-launcher");
  ClusterConfig config;
  std::vector<pid_t> launchers;
  int calls = 0;

  Cluster() {
    fs::create_directories(folder);
    std::ofstream{folder / "edgeferry"} << script;
    fs::permissions(folder / "edgeferry", fs::perms::owner_all);
    config.name = "test";
    config.state = (folder / "state").string();
    add("w1", "worker");
    add("c", "controller");
    add("w2", "worker");
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster() {
    for (const auto pid : launchers) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
    const auto left = launcher::read_state(config);
    if (const auto process = launcher::open_launcher(left)) {
      ::kill(static_cast<pid_t>(left.launcher_pid), SIGKILL);
      (void)wait_end(process, std::chrono::seconds{5});
    }
    launcher::stop_orphans(launcher::read_state(config), std::chrono::milliseconds{200});
    fs::remove_all(folder);
  }

  void add(const char* name, const char* role, const char* host = "") {
    NodeConfig node;
    node.name = name;
    node.role = role;
    node.host = host;
    config.nodes.push_back(node);
  }
  void mark(const std::string& name) const { std::ofstream{folder / name}; }

  /// Runs in another process, with stdout and stderr in a file of its own: an older launcher
  /// still writes.
  template <class Call>
  pid_t in_background(Call call) {
    std::fflush(nullptr);  // or the copy of this process would print it again
    ++calls;
    const auto pid = ::fork();
    if (pid != 0) {
      launchers.push_back(pid);
      return pid;
    }
    const int out = ::open(out_file().c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(out, 1);
    ::dup2(out, 2);
    const int code = call();
    std::fflush(nullptr);
    std::_Exit(code);
  }
  pid_t up(bool detach = false) {
    return in_background([this, detach] {
      return cluster_up(config, {folder / "cluster.toml", folder, detach});
    });
  }
  int wait_for(pid_t pid) {
    int status = 0;
    if (!eventually([&] { return ::waitpid(pid, &status, WNOHANG) == pid; })) return -1;
    std::erase(launchers, pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  [[nodiscard]] fs::path out_file() const { return folder / ("out" + std::to_string(calls)); }
  /// Of the newest.
  [[nodiscard]] std::string output() const { return read_file(out_file()).value_or(""); }
  [[nodiscard]] std::string log(const char* name) const {
    return read_file(launcher::log_path(config, name)).value_or("");
  }

  [[nodiscard]] NodeStatus node(const std::string& name) const {
    const auto status = cluster_status(config);
    if (!status) return {};
    for (const auto& entry : status->nodes) {
      if (entry.name == name) return entry;
    }
    return {};
  }
  /// And ready for signals: they have said that they are started.
  [[nodiscard]] bool all_running() const {
    return std::ranges::all_of(std::array{"c", "w1", "w2"}, [&](const char* name) {
      return node(name).state == "running" && log(name).find("started by") != std::string::npos;
    });
  }
};

bool lives(const NodeStatus& node) { return static_cast<bool>(launcher::open_node(node)); }

}  // namespace

TEST_CASE("all nodes come up, are reported, and stop in order with the controller last") {
  Cluster cluster;
  cluster.add("far", "worker", "another-host.example");
  CHECK(cluster_status(cluster.config).error().code == Errc::cluster_not_running);
  const auto pid = cluster.up();
  REQUIRE(eventually([&] { return cluster.all_running(); }));
  const auto status = cluster_status(cluster.config).value();
  CHECK(status.launcher_pid == pid);
  CHECK(status.nodes.at(0).name == "w1");
  CHECK(status.nodes.at(3).state == "elsewhere");
  CHECK(cluster.log("w1") == "w1 started by " + std::to_string(pid) + "\n");
  const auto worker = cluster.node("w1");
  CHECK(::getpgid(static_cast<pid_t>(worker.pid)) == worker.pid);
  CHECK(cluster_down(cluster.config, std::chrono::seconds{10}).has_value());
  CHECK(cluster.wait_for(pid) == 0);
  CHECK(!lives(worker));
  CHECK(read_file(cluster.folder / "order").value_or("").ends_with("c ends\n"));
  CHECK(!fs::exists(fs::path{cluster.config.state} / "launcher.pid"));
  CHECK(cluster_down(cluster.config, std::chrono::seconds{1}).error().code ==
        Errc::cluster_not_running);
}

TEST_CASE("a killed node is started again with growing back-off, the others are left alone") {
  Cluster cluster;
  cluster.up();
  REQUIRE(eventually([&] { return cluster.all_running(); }));
  const auto before = cluster.node("w1");
  const auto other = cluster.node("w2");
  ::kill(static_cast<pid_t>(before.pid), SIGKILL);
  REQUIRE(eventually([&] {
    const auto now = cluster.node("w1");
    return now.restarts == 1 && now.state == "running";
  }));
  CHECK(cluster.node("w1").pid != before.pid);
  CHECK(cluster.node("w1").last_exit == "signal 9 (Killed)");
  CHECK(cluster.node("w2").pid == other.pid);
  CHECK(cluster.node("w2").restarts == 0);
}

TEST_CASE("a node that keeps failing is retried ever more rarely") {
  Cluster cluster;
  cluster.mark("failing-w1");
  cluster.up();
  auto before = steady_ms();  // the first restart, as far as anybody has seen
  REQUIRE(eventually([&] {
    const auto look = steady_ms();
    const bool was_started_again = cluster.node("w1").restarts > 0;
    if (!was_started_again) before = look;
    return was_started_again;
  }));
  REQUIRE(eventually([&] { return cluster.node("w1").restarts == 3; }));
  // 400 and 800 ms, each less a fifth for the jitter.
  CHECK(steady_ms() - before > 950);
  CHECK(cluster.node("w1").last_exit == "exit 3");
  CHECK(cluster.node("c").state == "running");
  fs::remove(cluster.folder / "failing-w1");
  CHECK(eventually([&] { return cluster.node("w1").state == "running"; }));
}

TEST_CASE("a node that calls its configuration broken is not started again") {
  Cluster cluster;
  cluster.mark("broken-w2");
  cluster.up();
  REQUIRE(eventually([&] {
    return cluster.node("w1").state == "running" && cluster.node("w2").state == "stopped";
  }));
  ::usleep(500'000);
  const auto broken = cluster.node("w2");
  CHECK(broken.state == "stopped");
  CHECK(broken.last_exit == "exit 78");
  CHECK(broken.restarts == 0);
  CHECK(cluster.node("w1").state == "running");
}

TEST_CASE("the launcher ends when every node calls its configuration broken") {
  Cluster cluster;
  for (const auto* name : {"broken-c", "broken-w1", "broken-w2"}) cluster.mark(name);
  CHECK(cluster.wait_for(cluster.up()) == 1);
}

TEST_CASE("a second launcher is refused and names the first") {
  Cluster cluster;
  const auto first = cluster.up();
  REQUIRE(eventually([&] { return cluster.node("c").pid > 0; }));
  CHECK(cluster.wait_for(cluster.up()) == 1);
  CHECK_MESSAGE(cluster.output().starts_with("FERRY-1011 "), cluster.output());
  CHECK(cluster.output().find("pid " + std::to_string(first)) != std::string::npos);
  CHECK(cluster.wait_for(cluster.up(true)) == 1);
  CHECK_MESSAGE(cluster.output().starts_with("FERRY-1011 "), cluster.output());
  CHECK(lives(cluster.node("c")));
}

TEST_CASE("nodes left behind by a killed launcher are stopped by the next one") {
  Cluster cluster;
  const auto first = cluster.up();
  REQUIRE(eventually([&] { return cluster.all_running(); }));
  const auto orphan = cluster.node("w1");
  ::kill(first, SIGKILL);
  CHECK(cluster.wait_for(first) == 128 + SIGKILL);
  CHECK(cluster_status(cluster.config)->launcher_pid == 0);
  CHECK(cluster.node("w1").state == "running");
  cluster.up();
  REQUIRE(eventually([&] { return !lives(orphan) && cluster.all_running(); }));
  CHECK(cluster.node("w1").pid != orphan.pid);
}

TEST_CASE("down stops the nodes of a launcher that is gone") {
  Cluster cluster;
  const auto first = cluster.up();
  REQUIRE(eventually([&] { return cluster.all_running(); }));
  const auto orphan = cluster.node("w1");
  ::kill(first, SIGKILL);
  CHECK(cluster.wait_for(first) == 128 + SIGKILL);
  CHECK(cluster_down(cluster.config, std::chrono::seconds{5}).has_value());
  CHECK(!lives(orphan));
  CHECK(cluster_status(cluster.config).error().code == Errc::cluster_not_running);
}

TEST_CASE("a stranger with the number of a lost node is left alone") {
  Cluster cluster;
  const auto stranger = cluster.in_background([] {
    ::pause();
    return 0;
  });
  ClusterStatus left;
  left.boot_id = boot_id();
  left.nodes.resize(2);
  left.nodes[0].pid = stranger;  // another start time
  left.nodes[0].start_ticks = start_ticks(stranger) + 1;
  left.nodes[1].pid = stranger;  // the right one, but no edgeferry program
  left.nodes[1].start_ticks = start_ticks(stranger);
  CHECK(launcher::stop_orphans(left, std::chrono::seconds{1}) == 0);
  CHECK(start_ticks(stranger) > 0);
}

TEST_CASE("the second signal kills nodes that do not listen") {
  Cluster cluster;
  cluster.mark("stubborn-w1");
  const auto pid = cluster.up();
  REQUIRE(eventually([&] { return cluster.all_running(); }));
  const auto stubborn = cluster.node("w1");
  ::kill(pid, SIGTERM);
  REQUIRE(eventually([&] { return !lives(cluster.node("w2")); }));
  CHECK(lives(stubborn));
  ::kill(pid, SIGINT);
  CHECK(cluster.wait_for(pid) == 0);
  CHECK(!lives(stubborn));
}

TEST_CASE("a detached start returns when all nodes are up, and prints them") {
  Cluster cluster;
  CHECK(cluster.wait_for(cluster.up(true)) == 0);
  CHECK(eventually([&] { return cluster.all_running(); }));
  CHECK(cluster.output().find("w2") != std::string::npos);
  CHECK(cluster.output().find("running") != std::string::npos);
  const auto launcher_pid = static_cast<pid_t>(cluster_status(cluster.config)->launcher_pid);
  CHECK(::getsid(launcher_pid) != ::getsid(0));
  ::kill(launcher_pid, SIGHUP);
  ::usleep(200'000);
  CHECK(cluster.all_running());
  CHECK(cluster_down(cluster.config, std::chrono::seconds{10}).has_value());
}

TEST_CASE("a detached start with a broken node fails with its last words and leaves nothing") {
  Cluster cluster;
  cluster.mark("broken-w1");
  CHECK(cluster.wait_for(cluster.up(true)) == 1);
  CHECK(cluster.output().find("w1 hates its configuration") != std::string::npos);
  CHECK(eventually([&] { return !cluster_status(cluster.config); }));
}

TEST_CASE("a missing program is said before anything starts") {
  Cluster cluster;
  fs::remove(cluster.folder / "edgeferry");
  CHECK(cluster.wait_for(cluster.up()) == 1);
  CHECK_MESSAGE(cluster.output().starts_with("FERRY-1021 there is no program "), cluster.output());
  CHECK(cluster.wait_for(cluster.up(true)) == 1);
  CHECK_MESSAGE(cluster.output().starts_with("FERRY-1021 there is no program "), cluster.output());
}

TEST_CASE("a large log moves aside at a start, and three old ones are kept") {
  Cluster cluster;
  const auto path = cluster.folder / "n.log";
  for (char mark = 'a'; mark < 'f'; ++mark) {
    std::ofstream{path} << mark;
    fs::resize_file(path, launcher::log_bytes_max + 1);
    REQUIRE(launcher::open_log(path));
  }
  CHECK(fs::file_size(path) == 0);
  std::ifstream newest{path.string() + ".1"};
  std::ifstream oldest{path.string() + ".3"};
  CHECK(newest.get() == 'e');
  CHECK(oldest.get() == 'c');
  CHECK(!fs::exists(path.string() + ".4"));
}
