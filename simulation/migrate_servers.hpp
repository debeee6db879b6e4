// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The workload: operators who make a job for each server, meddle with it as the scenario
// says, and go on asking until it has ended.
#pragma once

#include "simulation/checks.hpp"
#include "simulation/cluster.hpp"

namespace ferry::sim {

class MigrateServers {
 public:
  MigrateServers(Cluster& cluster, Checks& checks, const Scenario& scenario);

  void start();
  /// True when every operator has seen the end of all jobs.
  [[nodiscard]] bool done() const { return busy_ == 0; }

 private:
  class Script;

  Cluster& cluster_;
  Checks& checks_;
  const Scenario& scenario_;
  std::size_t busy_ = 0;
};

}  // namespace ferry::sim
