// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/run.hpp"

#include <array>

#include "simulation/checks.hpp"
#include "simulation/cluster.hpp"
#include "simulation/faults.hpp"
#include "simulation/migrate_servers.hpp"

namespace ferry::sim {
namespace {

constexpr std::int64_t quiet_after_us = 40 * seconds;  // plus what the faults take
constexpr std::int64_t settling_us = 10 * seconds;     // for what is late at the end

constexpr std::array<std::pair<std::string_view, Protection>, 5> protection_names{{
    {"fence", Protection::fence},
    {"tombstone", Protection::tombstone},
    {"intent", Protection::intent},
    {"commit", Protection::commit},
    {"proof", Protection::proof},
}};

/// Ends everything that runs while what it uses is still there.
struct Closing {
  World& world;
  ~Closing() { world.close(); }
};

std::string unfinished(const Checks& checks) {
  std::string text;
  for (const auto& [id, record] : checks.jobs()) {
    if (is_final(record.state)) continue;
    text.append(" ").append(id).append(" is ").append(status_text(record.state));
    text.append(" ").append(business_status_text(record.state)).append(",");
  }
  if (text.empty()) return "an operator does not see the end of its job";
  text.pop_back();
  return "not everything has ended in time:" + text;
}

void play(World& world, const Scenario& scenario, Cluster& cluster, Checks& checks) {
  Faults faults{cluster, scenario};
  MigrateServers workload{cluster, checks, scenario};
  cluster.start();
  world.chaos = true;
  faults.start();
  workload.start();
  const auto never = [] { return false; };
  const auto chaos_us = static_cast<std::int64_t>(scenario.chaos_s * 1e6);
  const auto ended = [&] { return workload.done(); };
  world.run_until(chaos_us, ended);
  world.note("world", "faults stop");
  world.chaos = false;
  faults.heal();
  const auto last_us = world.now_us() + static_cast<std::int64_t>(scenario.liveness_s * 1e6);
  if (!world.run_until(last_us, ended) && !world.violation()) world.violate(unfinished(checks));
  if (world.violation()) return;
  const auto look_us = std::int64_t{cluster.config.janitor.period_s} * seconds;
  world.run_until(world.now_us() + settling_us + look_us + silence_max_us(scenario), never);
  if (world.violation()) return;
  checks.check_end();
  for (const auto& file : cluster.scratch_files()) world.violate(file + " is left over");
}

}  // namespace

Outcome run_scenario(const Scenario& scenario, const RunOptions& options) {
  World world{{options.seed, options.without, crash_point_probability(scenario), options.trace,
               options.detailed}};
  Outcome outcome;
  {
    Cluster cluster{world, scenario};
    Checks checks{world, cluster.provider, quiet_after_us + silence_max_us(scenario)};
    const Closing closing{world};
    play(world, scenario, cluster, checks);
    outcome.frames = cluster.wire.counters().delivered;
    outcome.events = checks.events();
    for (const auto& [id, record] : checks.jobs()) {
      ++outcome.jobs;
      if (record.state == JobState::finished) ++outcome.finished;
    }
  }
  outcome.violation = world.violation();
  const auto& lines = world.trace.last_lines();
  if (outcome.violation) outcome.last_lines.assign(lines.begin(), lines.end());
  outcome.digest = world.trace.digest();
  outcome.steps = world.steps();
  outcome.deaths = world.deaths();
  outcome.virtual_us = world.now_us();
  outcome.crash_points = world.crash_points();
  return outcome;
}

std::optional<Protection> protection_of(std::string_view name) {
  for (const auto& [known, protection] : protection_names) {
    if (known == name) return protection;
  }
  return std::nullopt;
}

std::string_view to_string(Protection protection) {
  for (const auto& [name, known] : protection_names) {
    if (known == protection) return name;
  }
  return {};
}

}  // namespace ferry::sim
