// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The processes of a scenario, wired as apps/ does it: a controller, transition nodes,
// workers, an agent on each source server, an operator, and a launcher that starts again
// what has died.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/cluster_config.hpp"
#include "simulation/effects.hpp"
#include "simulation/scenario.hpp"
#include "storage/database.hpp"

namespace ferry::sim {

/// A folder of this run in memory, and the present folder while it lives, so that no path
/// in the run depends on where it is.
class RunFolder {
 public:
  RunFolder();
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

 private:
  std::filesystem::path before_;
  std::filesystem::path folder_;
};

class Cluster {
 public:
  Cluster(World& world, const Scenario& scenario);

  RunFolder folder;
  World& world;
  SimulatedWire wire;
  Provider provider;
  Effects effects;
  ClusterConfig config;
  SimulatedProcess* controller = nullptr;
  SimulatedProcess* operator_ = nullptr;
  std::vector<SimulatedProcess*> transitions;
  std::vector<SimulatedProcess*> workers;
  std::vector<SimulatedProcess*> agents;  // named by their source servers

  /// Starts all processes.
  void start();
  /// The files that workers have in their scratch folders.
  [[nodiscard]] std::vector<std::string> scratch_files() const;

 private:
  SimulatedProcess& add(const std::string& name, Role role);
  void add_transition(const std::string& name);
  void add_worker(const std::string& name);
  void add_controller();
  void add_server(const Workload& workload, Database& database);
};

}  // namespace ferry::sim
