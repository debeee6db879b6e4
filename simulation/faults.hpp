// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Trouble, as the scenario wants it, for as long as the world is in chaos.
#pragma once

#include "simulation/cluster.hpp"

namespace ferry::sim {

class Faults {
 public:
  Faults(Cluster& cluster, const Scenario& scenario);

  void start();
  /// Ends all that still has an effect.
  void heal();

 private:
  void repeat(const Fault& fault, void (Faults::*strike)(const Fault&));
  void crash_controller(const Fault& fault);
  void crash_transition(const Fault& fault);
  void crash_workers(const Fault& fault);
  void crash_agents(const Fault& fault);
  void partition_agents(const Fault& fault);
  void partition_nodes(const Fault& fault);
  void clog(const Fault& fault);
  void lose_instance(const Fault& fault);
  void rot_at_rest(const Fault& fault);
  void crash_one(const std::vector<SimulatedProcess*>& of);
  void cut_off(SimulatedProcess& process, const Fault& fault);
  [[nodiscard]] std::int64_t end_of(const Fault& fault);

  Cluster& cluster_;
  const Scenario& scenario_;
};

/// So long a fault of this scenario can keep two processes apart.
[[nodiscard]] std::int64_t silence_max_us(const Scenario& scenario);
/// The probability of the fault crash_points; 0 without it.
[[nodiscard]] double crash_point_probability(const Scenario& scenario);

}  // namespace ferry::sim
