// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// edgeferry-sim: whole clusters in one thread and virtual time. See docs/simulation.md.
#include <chrono>
#include <iostream>

#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "simulation/run.hpp"

namespace ferry::sim {
namespace {

constexpr int exit_ok = 0;
constexpr int exit_violation = 1;
constexpr int exit_usage = 2;
constexpr std::uint64_t violations_shown = 3;

struct Words {
  std::string scenario;
  std::uint64_t seed = 1;
  std::uint64_t count = 1;
  bool trace = false;
  bool points = false;
  std::string disable;
};

std::string replay_command(const Words& words, std::uint64_t seed) {
  auto command = "edgeferry-sim --scenario " + words.scenario + " --seed " + std::to_string(seed);
  if (!words.disable.empty()) command += " --disable " + words.disable;
  return command;
}

/// Runs the seed again with all details: it goes the same way.
void show(const Words& words, const Scenario& scenario, std::uint64_t seed, RunOptions options) {
  options.detailed = true;
  const auto again = run_scenario(scenario, options);
  if (!again.violation) {
    std::cout << "the second run of seed " << seed << " went another way\n";
    return;
  }
  if (!words.trace) {
    for (const auto& line : again.last_lines) std::cout << "  " << line << '\n';
  }
  std::cout << "VIOLATION at " << seconds_text(again.violation->at_us) << " s, seed " << seed
            << ": " << again.violation->what << "\nreplay with: " << replay_command(words, seed)
            << "\n";
}

void show_points(const std::map<std::string, CrashPoint, std::less<>>& points) {
  for (const auto& [name, point] : points) {
    std::cout << (point.fired == 0 ? "never fired  " : "fired        ") << point.fired << " of "
              << point.visits << " visits: " << name << '\n';
  }
}

int run(const Words& words, const Scenario& scenario) {
  RunOptions options;
  if (!words.disable.empty()) options.without = protection_of(words.disable);
  if (words.trace) options.trace = &std::cout;
  options.detailed = words.trace;
  Outcome all;
  std::uint64_t bad = 0;
  const auto started_us = steady_us();
  for (auto seed = words.seed; seed < words.seed + words.count; ++seed) {
    options.seed = seed;
    const auto one = run_scenario(scenario, options);
    if (one.violation && ++bad <= violations_shown) show(words, scenario, seed, options);
    all.steps += one.steps;
    all.frames += one.frames;
    all.deaths += one.deaths;
    all.events += one.events;
    all.jobs += one.jobs;
    all.finished += one.finished;
    all.virtual_us += one.virtual_us;
    all.digest ^= one.digest + seed;
    for (const auto& [name, point] : one.crash_points) {
      all.crash_points[name].visits += point.visits;
      all.crash_points[name].fired += point.fired;
    }
  }
  const auto took_s = static_cast<double>(steady_us() - started_us) / 1e6;
  if (words.points) show_points(all.crash_points);
  std::cout << words.count << " run(s), " << bad << " bad, " << all.jobs << " jobs, "
            << all.finished << " finished, " << all.deaths << " deaths, " << all.frames
            << " frames, " << all.events << " events, " << all.steps << " steps, "
            << all.virtual_us / seconds << " virtual s, digest " << std::hex << all.digest
            << std::dec << "\n"
            << static_cast<double>(words.count) / took_s << " runs/s\n";
  return bad == 0 ? exit_ok : exit_violation;
}

}  // namespace
}  // namespace ferry::sim

int main(int argc, char** argv) {
  using namespace ferry::sim;
  Words words;
  CLI::App app{"Runs scenarios of whole clusters in virtual time, from a seed", "edgeferry-sim"};
  app.add_option("--scenario", words.scenario, "TOML file, such as tests/scenarios/bad_night.toml")
      ->required();
  app.add_option("--seed", words.seed, "First seed")->capture_default_str();
  app.add_option("--count", words.count, "Seeds to run")->capture_default_str();
  app.add_flag("--trace", words.trace, "Print everything that happens");
  app.add_flag("--points", words.points, "Print how often each crash point fired");
  app.add_option("--disable", words.disable, "Run without one protection of the product")
      ->check(CLI::IsMember({"fence", "tombstone", "intent", "commit", "proof"}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  const auto scenario = load_scenario(words.scenario);
  if (!scenario) {
    for (const auto& error : scenario.error()) std::cerr << to_string(error) << '\n';
    return exit_usage;
  }
  return run(words, *scenario);
}
