// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry chaos` as users run it: it holds where the product holds, it bites where the
// product can't hold, and it leaves nothing behind whatever happens to it.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "base/file.hpp"
#include "tests/cluster/background.hpp"
#include "tests/cluster/cluster.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

struct Promise {
  std::string name;
  std::string verdict;
  std::vector<std::string> why;
  FERRY_FIELDS(name, verdict, why)
};
struct ChaosReport {
  std::string outcome;
  std::vector<Promise> promises;
  std::vector<std::string> not_undone;
  FERRY_FIELDS(outcome, promises, not_undone)
};

std::string verdict(const ChaosReport& report, const std::string& name) {
  for (const auto& promise : report.promises) {
    if (promise.name == name) return promise.verdict;
  }
  return "missing";
}

/// A small plan, with a work folder of its own.
struct ChaosPlan {
  TempFolder folder;
  fs::path file = folder.path() / "plan.toml";
  fs::path work = folder.path() / "work";

  explicit ChaosPlan(const std::string& faults, const std::string& promises = "") {
    fs::create_directory(work);
    std::ofstream{file} << "[plan]\nname = 'test'\nduration = '20 s'\nlimit = '80 s'\n"
                        << "[cluster]\nwork = '" << work.string()
                        << "'\ndisk = '48 MiB'\nused = '24 MiB'\njanitor_s = 1\n"
                        << "[workload]\nbandwidth_mbps = 64\n"
                        << "[promises]\nprogress_within = '20 s'\n"
                        << promises << faults;
  }
  [[nodiscard]] std::vector<std::string> words() const {
    return {program("edgeferry"), "--json", "chaos", "run", file.string()};
  }
  [[nodiscard]] CommandOutput run_it() const {
    auto output = run({.argv = words(), .timeout = 150s});
    REQUIRE(output.has_value());
    return *output;
  }
  /// Mounts and processes that name the work folder.
  [[nodiscard]] std::string remains() const {
    const auto mounts = read_file("/proc/self/mounts").value_or("");
    std::string text = mounts.find(work.string()) == std::string::npos ? "" : "a mount ";
    for (const auto& entry : fs::directory_iterator{"/proc"}) {
      const auto line = read_file(entry.path() / "cmdline", 1 << 16).value_or("");
      if (line.find(work.string()) != std::string::npos) {
        text += "process " + entry.path().filename().string() + " ";
      }
    }
    return text;
  }
  [[nodiscard]] bool work_is_empty() const { return fs::is_empty(work); }
};

std::string fault(const std::string& kind, const std::string& at, const std::string& more = "") {
  return "[[fault]]\nkind = '" + kind + "'\nat = '" + at + "'\n" + more;
}

}  // namespace

TEST_CASE("killing every node of a real cluster breaks no promise") {
  const ChaosPlan plan{fault("kill_9", "800 ms", "role = 'agent'\nduring = 'syncing'\n") +
                       fault("kill_9", "2 s", "role = 'transition'\nduring = 'syncing'\n") +
                       fault("kill_9", "4 s", "role = 'controller'\n") +
                       fault("kill_9", "4500 ms", "role = 'worker'\n")};
  const auto output = plan.run_it();
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  const auto report = from_json<ChaosReport>(output.out);
  CHECK(report.outcome == "held");
  for (const auto& promise : report.promises)
    CHECK_MESSAGE(promise.verdict == "held", promise.name);
  CHECK(plan.remains().empty());
  CHECK(plan.work_is_empty());
}

TEST_CASE("a limit that nothing can keep is reported as broken") {
  const ChaosPlan plan{fault("kill_9", "500 ms", "role = 'agent'\nduring = 'syncing'\n"), ""};
  auto text = read_file(plan.file).value();
  text.replace(text.find("'20 s'", text.find("progress_within")), 6, "'0 s'");
  std::ofstream{plan.file} << text;
  const auto output = plan.run_it();
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  const auto report = from_json<ChaosReport>(output.out);
  CHECK(report.outcome == "broken");
  CHECK(verdict(report, "progress_within") == "broken");
  CHECK(verdict(report, "images_equal") == "held");
  CHECK(plan.remains().empty());
}

TEST_CASE("what no product can survive is noticed, unless the plan expects it") {
  const auto removal = fault("remove_instance", "800 ms", "during = 'syncing'\n") +
                       fault("kill_9", "1 s", "role = 'transition'\n");
  const ChaosPlan plan{removal};
  const auto output = plan.run_it();
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  const auto report = from_json<ChaosReport>(output.out);
  CHECK(verdict(report, "jobs_finish") == "broken");
  CHECK(verdict(report, "events_kept") == "held");
  CHECK(plan.remains().empty());
}

TEST_CASE("a run that is interrupted or killed undoes what it did") {
  const ChaosPlan plan{fault("stop", "500 ms", "role = 'worker'\nlasts = '1 min'\n") +
                       fault("full_disk", "600 ms", "folder = 'storage'\nlasts = '1 min'\n")};
  const auto filled = [&] {
    for (const auto& entry : fs::recursive_directory_iterator{
             plan.work, fs::directory_options::skip_permission_denied}) {
      if (entry.path().filename() == ".edgeferry-chaos-filler") return true;
    }
    return false;
  };
  SUBCASE("by SIGTERM") {
    Background run{plan.words(), plan.folder.path() / "out"};
    REQUIRE(eventually(filled));
    ::kill(run.pid(), SIGTERM);
    REQUIRE(eventually([&] { return !run.running(); }, 60s));
    CHECK(from_json<ChaosReport>(run.output()).outcome == "interrupted");
  }
  SUBCASE("by SIGKILL of the harness itself") {
    Background run{plan.words(), plan.folder.path() / "out"};
    REQUIRE(eventually(filled));
    const auto guard = std::to_string(run.pid());
    const auto children =
        read_file("/proc/" + guard + "/task/" + guard + "/children", 4096).value_or("");
    ::kill(std::stoi(children), SIGKILL);
    REQUIRE(eventually([&] { return !run.running(); }, 60s));
    CHECK(run.errors().find("signal 9") != std::string::npos);
  }
  CHECK(plan.remains().empty());
}

TEST_CASE("a cluster of one's own is tested while it runs, and left as it was") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_server_disk(disk, 48 * mib, 24 * mib);
  Cluster cluster{{.disks = {disk}, .more = "[janitor]\nperiod_s = 1\n"}};
  const auto work = folder.path() / "work";
  const auto file = folder.path() / "plan.toml";
  fs::create_directory(work);
  std::ofstream{file} << "[plan]\nname = 'mine'\n[cluster]\nfile = '" << cluster.file().string()
                      << "'\nwork = '" << work.string() << "'\n[workload]\nbandwidth_mbps = 64\n"
                      << fault("kill_9", "800 ms", "role = 'transition'\nduring = 'syncing'\n")
                      << fault("corrupt_at_rest", "1200 ms", "during = 'syncing'\n")
                      << fault("corrupt_at_rest", "1300 ms", "during = 'processing'\n");
  const auto output = run(
      {.argv = {program("edgeferry"), "--json", "chaos", "run", file.string()}, .timeout = 120s});
  REQUIRE(output.has_value());
  INFO(output->out << output->err);
  CHECK(output->exit_code == 0);
  CHECK(cluster.pid("controller") > 0);
  CHECK(cluster.images() == 1);
  cluster.check_nothing_temporary();
  CHECK(fs::is_empty(work));
}

TEST_CASE("nothing starts on a bad plan, and its mistakes have their place") {
  const ChaosPlan plan{fault("kill_9", "800 ms", "lasts = '1 s'\n") + fault("earthquake", "1 s")};
  const auto output = plan.run_it();
  CHECK(output.exit_code == 78);
  CHECK(output.out.empty());
  CHECK(output.err.find("\"" + plan.file.string() + "\"") != std::string::npos);
  CHECK(output.err.find("\"line\":") != std::string::npos);
  CHECK(output.err.find("lasts does not belong in [[fault]] of kind kill_9") != std::string::npos);
  CHECK(output.err.find("earthquake") != std::string::npos);
  CHECK(plan.work_is_empty());
}
