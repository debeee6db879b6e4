// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry watch` in a real terminal, on a real cluster.
#include <csignal>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "tests/cluster/background.hpp"
#include "tests/cluster/cluster.hpp"
#include "tests/tmux.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
using test::Tmux;

namespace {

/// A shell that shows by `code=N` how a program ended.
struct Shell : Tmux {
  explicit Shell(const Cluster& cluster, const std::vector<std::string>& variables = {})
      : Tmux({"sh"}, with(cluster, variables)) {
    type("PS1='> '; clear; echo before");
    key("Enter");
    REQUIRE(shows("before\n"));
  }
  void enter(const std::string& line) const {
    type(program("edgeferry") + " " + line + "; echo code=$?");
    key("Enter");
  }

 private:
  static std::vector<std::string> with(const Cluster& cluster, std::vector<std::string> variables) {
    variables.push_back("EDGEFERRY_CONFIG=" + cluster.file().string());
    return variables;
  }
};

/// The watching program, whose terminal is asked by nobody else.
pid_t pid_of_watch(const Cluster& cluster) {
  const auto found = test::sh(
      "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | "
      "grep -q '^" +
      program("edgeferry") +
      " watch ' && "
      "tr '\\0' '\\n' < $p/environ | grep -qx EDGEFERRY_CONFIG=" +
      cluster.file().string() + " && basename $p; done; true");
  REQUIRE_FALSE(found.empty());
  return static_cast<pid_t>(std::stol(found));
}

}  // namespace

TEST_CASE("watch shows a migration, pauses it, goes on with it, and survives its controller") {
  const OneDiskServer server{64 * mib, 40 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "16", "--name", "web-1"});
  const Shell shell{cluster};
  shell.enter("watch");
  CHECK(shell.shows("1 running"));
  CHECK(shell.shows("Syncing"));
  CHECK(shell.shows("web-1"));
  CHECK(shell.shows("MiB/s"));
  CHECK(shell.shows("migration started"));
  CHECK(shell.screen(true).find("\x1b[36m") != std::string::npos);  // colours

  shell.key("Enter");
  CHECK(shell.shows("disk 0"));
  CHECK(shell.shows("copying, pass 1"));
  shell.type("p");
  CHECK(shell.shows("Pause web-1 (" + id + ")? y: yes, n: no"));
  CHECK(cluster.job(id).status == "Running");
  shell.type("y");
  CHECK(shell.shows("pause: web-1 is Stopped"));
  CHECK(cluster.job(id).status == "Stopped");
  shell.key("Escape");
  shell.type("r");
  CHECK(shell.shows("Go on with web-1"));
  shell.type("y");
  CHECK(shell.shows("Syncing"));

  const auto controller = cluster.pid("controller");
  REQUIRE(::kill(controller, SIGSTOP) == 0);
  CHECK(shell.shows("no answer for"));
  CHECK(shell.shows("web-1"));
  REQUIRE(::kill(controller, SIGCONT) == 0);
  CHECK(shell.shows("1 running", 30s));
  cluster.kill_9("controller");
  shell.resize(120, 40);
  CHECK(shell.shows("SOURCE  "));
  shell.resize(60, 15);
  CHECK(shell.shows("web-1"));

  CHECK(shell.shows("1 running", 30s));
  shell.type("q");
  CHECK(shell.shows("code=0"));
  CHECK(shell.history().find("before\n") != std::string::npos);  // what was there is there again
  CHECK(shell.history().find("SOURCE  ") == std::string::npos);
  CHECK(cluster.job(id).status == "Running");
  cluster.must({"job", "cancel", id});
}

TEST_CASE("a signal ends watch and leaves the terminal as it was") {
  const Cluster cluster{{.disks = {}, .with_source = false}};
  const Shell shell{cluster};
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    CAPTURE(number);
    shell.type(program("edgeferry") + " watch");
    shell.key("Enter");
    CHECK(shell.shows("no job yet"));
    const auto watching = pid_of_watch(cluster);
    REQUIRE(::kill(watching, number) == 0);
    CHECK(eventually([&] { return ::kill(watching, 0) != 0; }));
    // Not on the line of the program: shells end that line with a program that SIGINT ended.
    shell.type("echo code=$?");
    shell.key("Enter");
    CHECK(shell.shows("code=" + std::to_string(128 + number)));
    shell.type("stty -a | tr ' ' '\\n' | grep -x -e echo -e icanon -e isig | xargs echo is");
    shell.key("Enter");
    CHECK(shell.shows("is isig icanon echo"));
    shell.type("clear; echo before");
    shell.key("Enter");
  }
}

TEST_CASE("job watch ends with its job, and says how by its exit code") {
  const OneDiskServer server{64 * mib, 40 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.start_job({"--bandwidth", "24"});
  const Shell shell{cluster, {"NO_COLOR=1"}};
  shell.enter("job watch " + id);
  CHECK(shell.shows("copying, pass 1"));
  CHECK(shell.screen(true).find("\x1b[36m") == std::string::npos);
  shell.type("q");
  CHECK(shell.shows("code=130"));
  shell.enter("job watch " + id);
  CHECK(shell.shows("copying, pass 1"));
  cluster.must({"job", "pause", id});
  CHECK(shell.shows("code=3\n"));
  cluster.must({"job", "modify", id, "--bandwidth", "0"});
  cluster.must({"job", "resume", id});
  shell.enter("job watch " + id);
  CHECK(shell.shows("Finished", 60s));
  CHECK(shell.shows("code=0", 60s));
  shell.enter("job watch j-none");
  CHECK(shell.shows("code=1\n"));
  CHECK(shell.shows("FERRY-5001"));
}

TEST_CASE("without a screen watch prints lines, and objects for programs") {
  const OneDiskServer server{64 * mib, 40 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  TempFolder folder;
  const auto config = std::string{"--config"};
  Background plain{{program("edgeferry"), config, cluster.file().string(), "watch"},
                   folder.path() / "plain"};
  Background json{{program("edgeferry"), config, cluster.file().string(), "--json", "watch"},
                  folder.path() / "json"};
  const auto id = cluster.start_job({"--name", "web-1"});
  cluster.wait_for_status(id, "Finished");
  CHECK(eventually([&] { return plain.output().find("migration finished") != std::string::npos; }));
  CHECK(plain.output().find(id + " web-1  migration started") != std::string::npos);
  CHECK(plain.output().find('\x1b') == std::string::npos);
  const auto object = "{\"kind\":\"job\",\"id\":\"" + id + "\",\"job\":{";
  CHECK(eventually(
      [&] { return json.output().find("\"status\":\"Finished\"") != std::string::npos; }));
  CHECK(json.output().find(object) != std::string::npos);
  CHECK(json.output().find("{\"kind\":\"source\",\"id\":\"s-") != std::string::npos);
  const Shell dumb{cluster, {"TERM=dumb"}};
  dumb.enter("watch");
  CHECK(dumb.shows("migration finished"));
  dumb.key("C-c");
  CHECK(dumb.shows("^C"));
  cluster.must({"job", "delete", id});
  CHECK(eventually([&] {
    return json.output().find("{\"kind\":\"gone\",\"id\":\"" + id + "\"}") != std::string::npos;
  }));
  CHECK(json.running());
}

TEST_CASE("ids of jobs and source servers are completed while the cluster answers, and soon not") {
  const OneDiskServer server{64 * mib, 40 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.create_job({"--name", "web-1"});
  const auto ask = [&](const std::vector<std::string>& words) {
    std::vector<std::string> argv{program("edgeferry"), "__complete", "--config",
                                  cluster.file().string()};
    argv.insert(argv.end(), words.begin(), words.end());
    return must_run(argv);
  };
  CHECK(ask({"job", "show", ""}) == id + "\tweb-1, Ready\n:none\n");
  CHECK(ask({"job", "show", "x"}) == ":none\n");
  CHECK(ask({"job", "create", "--source", "s-"}).find(cluster.source() + "\t") == 0);
  CHECK(ask({"activation", "delete", ""}).find("at-") == 0);
  cluster.down();
  const auto start_ms = steady_ms();
  CHECK(ask({"job", "show", ""}) == ":none\n");
  CHECK(steady_ms() - start_ms < 3000);
}

TEST_CASE("what is asked of a job that has changed since is refused, if its version is told") {
  const OneDiskServer server{64 * mib, 40 * mib};
  Cluster cluster{{.disks = {server.disk}}};
  const auto id = cluster.create_job({"--name", "web-1", "--tag", "owner=web"});
  const auto version = std::to_string(cluster.job(id).version);
  cluster.must({"job", "modify", id, "--description", "new"});
  const auto late = cluster.refused({"job", "start", id, "--if-version", version});
  CHECK(late.error == "FERRY-5051");
  CHECK(cluster.refused({"job", "modify", id, "--ssl", "on", "--if-version", version}).error ==
        "FERRY-5051");
  cluster.must(
      {"job", "modify", id, "--ssl", "on", "--adaptive", "off", "--image-name", "image-1"});
  const auto job = cluster.job(id);
  CHECK(job.settings.transfer.ssl == "on");
  CHECK_FALSE(job.settings.transfer.adaptive_compression);
  CHECK(job.settings.image_name == "image-1");
  CHECK(job.settings.description == "new");

  const auto count = [&](const Words& words) {
    return from_json<JobList>(cluster.must(words)).jobs.size();
  };
  CHECK(count({"job", "list", "--tag", "owner=web"}) == 1);
  CHECK(count({"job", "list", "--tag", "owner=db"}) == 0);
  CHECK(count({"job", "list", "--search", "WEB-"}) == 1);
  CHECK(count({"job", "list", "--source", "s-none"}) == 0);
  CHECK(
      from_json<SourceList>(cluster.must({"source", "list", "--state", "InUse"})).sources.size() ==
      1);
  CHECK(cluster.must({"tag", "list"}).find("\"key\": \"owner\"") != std::string::npos);
  const auto key =
      cluster.must({"accesskey", "create", "--secret-file", (cluster.state() / "key").string()});
  CHECK(key.find("\"secret\": \"\"") != std::string::npos);
  CHECK(read_file(cluster.state() / "key").value_or("").size() > 20);
}
