// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a plan may say, every kind of mistake as the sentence a user reads, and schedules.
#include "chaos/plan.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "chaos/fault_kinds.hpp"
#include "chaos/schedule.hpp"
#include "config/settings.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::chaos;
namespace fs = std::filesystem;

namespace {

/// The mistakes of a correct plan followed by `more`, which starts on line 3.
std::string mistake(const std::string& more) {
  const auto plan = parse_plan("[plan]\nname = 'x'\n" + more, "p.toml");
  if (plan) return "none";
  auto text = to_string(plan.error()[0]);
  return plan.error().size() == 1 ? text : "several: " + text;
}

Plan plan_of(const std::string& faults) {
  auto plan = parse_plan("[plan]\nname = 'x'\nduration = '60 s'\n" + faults, "p.toml");
  REQUIRE_MESSAGE(plan.has_value(), to_string(plan ? ConfigError{} : plan.error()[0]));
  return *plan;
}

}  // namespace

TEST_CASE("a plan has defaults for all but its name") {
  const auto plan = plan_of("[[fault]]\nkind = 'kill_9'\n");
  CHECK(plan.is_embedded());
  CHECK(plan.promises.jobs_finish);
  REQUIRE(plan.faults.size() == 1);
  CHECK(plan.faults[0].count == 1);
  CHECK(mistake("") == "none");
}

TEST_CASE("mistakes of a plan are told with their place and what to write instead") {
  CHECK(mistake("[[fault]]\nkind = 'kil_9'\n")
            .starts_with("p.toml:4:8: FERRY-1004 kind is \"kil_9\", which is not allowed. Fix: "
                         "write kill_9, stop, "));
  CHECK(
      mistake("[[fault]]\nkind = 'kill_9'\nlasts = '1 s'\n")
          .starts_with("p.toml:5:1: FERRY-1005 lasts does not belong in [[fault]] of kind kill_9"));
  CHECK(mistake("[[fault]]\nkind = 'stop'\nat = 5\n") ==
        "p.toml:5:6: FERRY-1003 at is a whole number but must be a time in a string. "
        "Fix: write 0 ms to 24 h");
  CHECK(mistake("[[fault]]\nkind = 'stop'\nat = '5 weeks'\n") ==
        "p.toml:5:6: FERRY-1004 at is \"5 weeks\", which is not allowed. Fix: write 0 ms to 24 h");
  CHECK(
      mistake("[[fault]]\nkind = 'full_disk'\n")
          .starts_with("p.toml:3:1: FERRY-1004 folder is missing in [[fault]] of kind full_disk"));
  CHECK(mistake("[[fault]]\nkind = 'stop'\nrol = 'agent'\n").find("did you mean 'role'?") !=
        std::string::npos);
  CHECK(mistake("[promise]\n").find("did you mean [promises]?") != std::string::npos);
  CHECK(mistake("[promises]\nretry_errors = ['2005']\n").find("\"FERRY-2005\"") !=
        std::string::npos);
  CHECK(mistake("[fault]\nkind = 'stop'\n").find("start each fault with [[fault]]") !=
        std::string::npos);
  CHECK(mistake("[[fault]\n").find("FERRY-1001") != std::string::npos);
}

TEST_CASE("keys that contradict each other are reported") {
  CHECK(mistake("[[fault]]\nkind = 'stop'\nnode = 'a'\nrole = 'agent'\n")
            .find("node and role both say whom to hit") != std::string::npos);
  CHECK(mistake("[[fault]]\nkind = 'stop'\ncount = 3\n").find("count without every") !=
        std::string::npos);
  CHECK(mistake("[[fault]]\nkind = 'stop'\nevery = '1 s'\njitter = '2 s'\n")
            .find("jitter is more than half of every") != std::string::npos);
  CHECK(mistake("[cluster]\nfile = 'mine.toml'\nsources = 2\n")
            .find("sources belongs to an embedded cluster") != std::string::npos);
  CHECK(mistake("[cluster]\nfile = 'mine.toml'\n[[fault]]\nkind = 'net_cut'\n")
            .find("net_cut works on an embedded cluster only") != std::string::npos);
  CHECK(mistake("[cluster]\nused = '95 MiB'\n").find("no room") != std::string::npos);
}

TEST_CASE("the same seed gives the same schedule, and another one another") {
  const auto plan = plan_of(
      "[[fault]]\nkind = 'kill_9'\nevery = '5 s'\njitter = '2 s'\ncount = 0\nchance = 70\n"
      "[[fault]]\nkind = 'stop'\nat = '3 s'\n");
  const auto once = schedule(plan, 1);
  CHECK(once == schedule(plan, 1));
  CHECK_FALSE(once == schedule(plan, 2));
  CHECK(once.size() > 3);
  CHECK(once.size() < 14);
  std::uint64_t before_ms = 0;
  for (const auto& strike : once) {
    CHECK(strike.at_ms >= before_ms);
    CHECK(strike.at_ms <= plan.duration_ms);
    before_ms = strike.at_ms;
  }
}

TEST_CASE("a fault keeps its times when another one is added after it") {
  const std::string one = "[[fault]]\nkind = 'kill_9'\nevery = '5 s'\njitter = '2 s'\ncount = 0\n";
  const auto alone = schedule(plan_of(one), 1);
  auto both = schedule(plan_of(one + "[[fault]]\nkind = 'stop'\n"), 1);
  std::erase_if(both, [](const Strike& strike) { return strike.fault == 1; });
  CHECK(alone == both);
}

TEST_CASE("every plan that is shipped is right") {
  std::size_t plans = 0;
  for (const auto& entry : fs::directory_iterator{test::source_folder() / "config/chaos"}) {
    const auto plan = load_plan(entry.path());
    CHECK_MESSAGE(plan.has_value(), to_string(plan ? ConfigError{} : plan.error()[0]));
    ++plans;
  }
  CHECK(plans == 6);
}

TEST_CASE("the manual has a row for every key of a plan, and a section for every fault") {
  std::ifstream file{test::source_folder() / "docs/chaos.md"};
  std::stringstream text;
  text << file.rdbuf();
  const auto page = text.str();
  Plan plan;
  FaultPlan fault;
  auto tables = plan_tables(plan);
  tables.push_back(fault_table(fault));
  for (const auto& table : tables) {
    for (const auto& setting : table.settings) {
      if (setting.key == "kind") continue;
      const auto usual = setting.rule.required ? "required" : "`" + value_toml(setting) + "`";
      const auto row = "| `" + std::string{setting.key} + "` | " + usual + " | " +
                       allowed_text(setting.rule) + " |";
      CHECK_MESSAGE(page.find(row) != std::string::npos, row);
    }
  }
  for (const auto& kind : fault_kinds()) {
    CHECK_MESSAGE(page.find("| `" + std::string{kind.name} + "` | ") != std::string::npos,
                  kind.name);
  }
}
