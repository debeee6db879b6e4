// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a run is made of: a cluster, workloads and faults, as a TOML file composes them.
// docs/simulation.md shows one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/cluster_config.hpp"

namespace ferry::sim {

/// Moves `servers` servers with `disks` disks each. The shares say what happens to a job
/// on its way; 1 means to every job.
struct Workload {
  std::string name;  // migrate_servers
  std::uint32_t servers = 10;
  std::uint32_t disks = 1;
  std::uint32_t chunks = 6;  // that a disk has
  double start_within_s = 10;
  double pause = 0;   // is paused, and resumed after a while
  double modify = 0;  // has its speed limit changed
  double cancel = 0;  // is canceled at any time
  double again = 0;   // of the canceled: a new job for the same server
};

/// One kind of trouble. Which of the numbers a fault takes is said in scenario_reader.cpp.
struct Fault {
  std::string name;
  double mean_interval_s = 0;  // between two of its events
  double duration_s = 0;       // of one event, at most
  double probability = 0;      // of each frame, call or visit
  double drop = 0;
  double duplicate = 0;
  double delay = 0;
  double reorder = 0;
  double corrupt = 0;
  double delay_max_s = 0;
  double refuse = 0;
  double late_error = 0;
  double full = 0;
  double rot = 0;
  double slow_max_s = 0;
};

struct Scenario {
  std::string title;
  std::uint32_t transitions = 1;
  std::uint32_t workers = 1;
  double chunk_ms = 200;     // that one chunk takes to be copied
  double chaos_s = 60;       // how long faults happen
  double liveness_s = 1800;  // after that everything must have ended
  std::vector<Workload> workloads;
  std::vector<Fault> faults;
  std::string file;  // that it was read from
};

/// Either a scenario, or every mistake in it with file, line and column.
using ScenarioResult = tl::expected<Scenario, std::vector<ConfigError>>;
[[nodiscard]] ScenarioResult load_scenario(const std::filesystem::path& file);
[[nodiscard]] ScenarioResult parse_scenario(std::string_view text,
                                            const std::filesystem::path& file);

}  // namespace ferry::sim
