// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A few seeds of every scenario, and proof that the simulator would notice: runs are
// repeatable, and without one of the product's protections they fail.
#include <filesystem>
#include <sstream>

#include <doctest/doctest.h>

#include "base/subprocess.hpp"
#include "simulation/run.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::sim;

namespace fs = std::filesystem;

namespace {

#ifdef FERRY_SANITIZED
constexpr std::uint64_t seeds = 3;
constexpr std::uint64_t seeds_of_hundred_jobs = 1;
#else
constexpr std::uint64_t seeds = 25;
constexpr std::uint64_t seeds_of_hundred_jobs = 4;
#endif
constexpr std::uint64_t mutation_seeds_max = 200;

Scenario scenario(const std::string& name) {
  auto loaded = load_scenario(test::source_folder() / "tests/scenarios" / (name + ".toml"));
  REQUIRE(loaded);
  return *loaded;
}

void check_seeds(const std::string& name, std::uint64_t count) {
  const auto played = scenario(name);
  std::uint64_t finished = 0;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const auto outcome = run_scenario(played, {seed, {}, nullptr, false});
    finished += outcome.finished;
    CHECK_MESSAGE(!outcome.violation,
                  name << " seed " << seed << ": " << outcome.violation.value_or(Violation{}).what);
  }
  CHECK(finished > 0);
}

std::string trace_of(const std::string& name, std::uint64_t seed) {
  std::ostringstream trace;
  (void)run_scenario(scenario(name), {seed, {}, &trace, true});
  return trace.str();
}

/// Returns the first seed that fails without the protection; 0 if none does.
std::uint64_t first_bad_seed(const std::string& name, Protection without) {
  const auto played = scenario(name);
  for (std::uint64_t seed = 1; seed <= mutation_seeds_max; ++seed) {
    if (run_scenario(played, {seed, without, nullptr, false}).violation) return seed;
  }
  return 0;
}

/// The mistakes in a scenario of this text, as they are printed.
std::vector<std::string> mistakes(const std::string& text) {
  std::vector<std::string> lines;
  const auto read = parse_scenario(text, "s.toml");
  if (read) return lines;
  for (const auto& error : read.error()) lines.push_back(to_string(error));
  return lines;
}

}  // namespace

TEST_CASE("ten migrations on a quiet day finish, side by side") {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto outcome = run_scenario(scenario("happy_path"), {seed, {}, nullptr, false});
    CHECK(!outcome.violation);
    CHECK(outcome.finished == 10);
    // One after the other they need over 150, of which the janitor's look takes 60.
    CHECK(outcome.virtual_us < 125 * sim::seconds);
  }
}

TEST_CASE("every promise holds on a lossy wire") { check_seeds("lossy_wire", seeds); }
TEST_CASE("every promise holds while requests of earlier epochs arrive") {
  check_seeds("stale_requests", seeds);
}
TEST_CASE("every promise holds when frames are damaged by the dozen") {
  check_seeds("damaged_frames", seeds);
}
TEST_CASE("every promise holds when processes die at crash points") {
  check_seeds("crash_points", seeds);
}
TEST_CASE("every promise holds in a storm of cancels") { check_seeds("cancel_storm", seeds); }
TEST_CASE("every promise holds when instances vanish") { check_seeds("lost_instances", seeds); }
TEST_CASE("every promise holds while disks rot between their proof and their image") {
  check_seeds("rot_at_rest", seeds);
}
TEST_CASE("every promise holds through a bad night") {
  // Seed 3: disks that vanished while they were opened were made again, empty, and delivered.
  check_seeds("bad_night", seeds_of_hundred_jobs);
}

TEST_CASE("an instance that vanishes while it is open ends its job") {
  // Seed 7: the node said "ready" for ever, because it still had the disks open.
  CHECK(!run_scenario(scenario("lost_instances"), {7, {}, nullptr, false}).violation);
}

TEST_CASE("a job whose actor fails after its last event is not asked for ever") {
  // Seed 1789: its dead actor was still the one that was asked.
  CHECK(!run_scenario(scenario("crash_points"), {1789, {}, nullptr, false}).violation);
}

TEST_CASE("the same seed is the same run, line by line") {
  for (const auto* name : {"crash_points", "lossy_wire"}) {
    const auto once = trace_of(name, 3);
    CHECK(once.size() > 10'000);
    CHECK(once == trace_of(name, 3));
    CHECK(once != trace_of(name, 4));
  }
}

TEST_CASE("without fences a write of an older epoch is seen") {
  CHECK(first_bad_seed("stale_requests", Protection::fence) > 0);
}
TEST_CASE("without tombstones something is seen that is made after its release") {
  CHECK(first_bad_seed("cancel_storm", Protection::tombstone) > 0);
}
TEST_CASE("without intents a resource is seen that the ledger doesn't know") {
  CHECK(first_bad_seed("happy_path", Protection::intent) > 0);
}
TEST_CASE("without commit before answer a lost change is seen") {
  CHECK(first_bad_seed("crash_points", Protection::commit) > 0);
}
TEST_CASE("without a second proof an image is seen that holds what the source does not") {
  CHECK(first_bad_seed("rot_at_rest", Protection::proof) > 0);
}

TEST_CASE("a mistake in a scenario is told with its place, and nothing runs") {
  const std::string workload = "[[workload]]\nname = \"migrate_servers\"\n";
  CHECK(mistakes(workload).empty());
  CHECK(mistakes("").at(0).find("no [[workload]]") != std::string::npos);
  CHECK(mistakes("chaos = 3\n" + workload).at(0).starts_with("s.toml:1:1: FERRY-1002"));
  CHECK(mistakes(workload + "servers = 0\n").at(0).starts_with("s.toml:3:11: FERRY-1004"));
  CHECK(mistakes(workload + "servers = \"2\"\n").at(0).starts_with("s.toml:3:11: FERRY-1003"));
  const auto fault = mistakes(workload + "[[fault]]\nname = \"crash_worker\"\n");
  CHECK(fault.at(0).starts_with("s.toml:4:8: FERRY-1004 unknown fault 'crash_worker'"));
  CHECK(fault.at(0).find("did you mean 'crash_workers'?") != std::string::npos);
  const auto foreign =
      mistakes(workload + "[[fault]]\nname = \"crash_workers\"\nmean_interval_s = 1\ndrop = 0.1\n");
  CHECK(foreign.at(0).starts_with("s.toml:6:1: FERRY-1002 unknown key 'drop'"));
  CHECK(mistakes(workload + "[[fault]]\nname = \"clog\"\n").size() == 2);
  CHECK(mistakes("[[workload\n").at(0).starts_with("s.toml:1:"));
}

TEST_CASE("the program says with its exit code how it went") {
  const auto program =
      fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "edgeferry-sim";
  REQUIRE(fs::exists(program));
  const auto folder = test::source_folder() / "tests/scenarios";
  const auto start = [&](std::vector<std::string> words) {
    words.insert(words.begin(), program.string());
    return run({.argv = words});
  };
  const auto good = start({"--scenario", (folder / "happy_path.toml").string(), "--seed", "5"});
  const auto again = start({"--scenario", (folder / "happy_path.toml").string(), "--seed", "5"});
  CHECK(good->exit_code == 0);
  CHECK(good->out.substr(0, good->out.find('\n')) == again->out.substr(0, again->out.find('\n')));
  const auto bad =
      start({"--scenario", (folder / "happy_path.toml").string(), "--disable", "intent"});
  CHECK(bad->exit_code == 1);
  CHECK(bad->out.find("VIOLATION at ") != std::string::npos);
  CHECK(bad->out.find("replay with: edgeferry-sim --scenario ") != std::string::npos);
  CHECK(start({"--scenario", "nowhere.toml"})->exit_code == 2);
  CHECK(start({"--scenari", "x"})->exit_code == 2);
}
