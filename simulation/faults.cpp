// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "simulation/faults.hpp"

#include <algorithm>

namespace ferry::sim {
namespace {

std::int64_t us_of(double s) { return static_cast<std::int64_t>(s * 1e6); }

}  // namespace

Faults::Faults(Cluster& cluster, const Scenario& scenario)
    : cluster_(cluster), scenario_(scenario) {}

void Faults::start() {
  static const std::map<std::string, void (Faults::*)(const Fault&)> strikes{
      {"crash_controller", &Faults::crash_controller},
      {"crash_transition", &Faults::crash_transition},
      {"crash_workers", &Faults::crash_workers},
      {"crash_agents", &Faults::crash_agents},
      {"partition_agents", &Faults::partition_agents},
      {"partition_nodes", &Faults::partition_nodes},
      {"clog", &Faults::clog},
      {"lost_instances", &Faults::lose_instance},
      {"rot_at_rest", &Faults::rot_at_rest},
  };
  auto& provider = cluster_.provider.faults;
  for (const auto& fault : scenario_.faults) {
    if (const auto strike = strikes.find(fault.name); strike != strikes.end()) {
      repeat(fault, strike->second);
    } else if (fault.name == "lossy_wire") {
      cluster_.wire.faults = {fault.drop,    fault.duplicate, fault.delay,
                              fault.reorder, fault.corrupt,   us_of(fault.delay_max_s)};
    } else if (fault.name == "slow_provider") {
      provider.slow_max_us = us_of(fault.slow_max_s);
    } else if (fault.name == "failing_provider") {
      provider.refuse = fault.refuse;
      provider.late_error = fault.late_error;
      provider.full = fault.full;
    } else if (fault.name == "rotting_disks") {
      provider.rot = fault.rot;
    }
  }
}

void Faults::heal() { cluster_.wire.heal(); }

void Faults::repeat(const Fault& fault, void (Faults::*strike)(const Fault&)) {
  auto& world = cluster_.world;
  world.after(world.fault_chance.between(1, 2 * us_of(fault.mean_interval_s)),
              [this, &fault, strike] {
                if (!cluster_.world.chaos) return;
                (this->*strike)(fault);
                repeat(fault, strike);
              });
}

void Faults::crash_one(const std::vector<SimulatedProcess*>& of) {
  auto* victim = of[cluster_.world.fault_chance.below(of.size())];
  cluster_.world.crash(*victim, "fault");
}
void Faults::crash_controller(const Fault&) { crash_one({cluster_.controller}); }
void Faults::crash_transition(const Fault&) { crash_one(cluster_.transitions); }
void Faults::crash_workers(const Fault&) { crash_one(cluster_.workers); }
void Faults::crash_agents(const Fault&) { crash_one(cluster_.agents); }

std::int64_t Faults::end_of(const Fault& fault) {
  auto& world = cluster_.world;
  return world.now_us() + world.fault_chance.between(1, us_of(fault.duration_s));
}

/// From the controller, from a transition node, or from both; one way or both ways.
void Faults::cut_off(SimulatedProcess& process, const Fault& fault) {
  auto& chance = cluster_.world.fault_chance;
  const auto until_us = end_of(fault);
  std::vector<SimulatedProcess*> others{cluster_.controller};
  if (process.role == Role::agent) {
    others.push_back(cluster_.transitions[chance.below(cluster_.transitions.size())]);
    if (chance.happens(0.5)) others.erase(others.begin() + (chance.happens(0.5) ? 1 : 0));
  }
  const auto ways = chance.below(4);  // 0: there, 1: back, else both
  for (auto* other : others) {
    cluster_.world.note(process.name, "is cut off from " + other->name);
    if (ways != 1) cluster_.wire.cut(process, *other, until_us);
    if (ways != 0) cluster_.wire.cut(*other, process, until_us);
  }
}
void Faults::partition_agents(const Fault& fault) {
  cut_off(*cluster_.agents[cluster_.world.fault_chance.below(cluster_.agents.size())], fault);
}
void Faults::partition_nodes(const Fault& fault) {
  auto nodes = cluster_.transitions;
  nodes.insert(nodes.end(), cluster_.workers.begin(), cluster_.workers.end());
  cut_off(*nodes[cluster_.world.fault_chance.below(nodes.size())], fault);
}
void Faults::clog(const Fault& fault) {
  auto& chance = cluster_.world.fault_chance;
  auto nodes = cluster_.transitions;
  nodes.insert(nodes.end(), cluster_.workers.begin(), cluster_.workers.end());
  nodes.insert(nodes.end(), cluster_.agents.begin(), cluster_.agents.end());
  auto* node = nodes[chance.below(nodes.size())];
  cluster_.world.note(node->name, "is clogged");
  if (chance.happens(0.5)) {
    cluster_.wire.clog(*node, *cluster_.controller, end_of(fault));
  } else {
    cluster_.wire.clog(*cluster_.controller, *node, end_of(fault));
  }
}
void Faults::lose_instance(const Fault&) { cluster_.provider.lose_instance(); }
void Faults::rot_at_rest(const Fault&) { cluster_.provider.rot(); }

std::int64_t silence_max_us(const Scenario& scenario) {
  double longest_s = 0;
  for (const auto& fault : scenario.faults) {
    longest_s += fault.duration_s + fault.delay_max_s + fault.slow_max_s;
  }
  return us_of(longest_s);
}

double crash_point_probability(const Scenario& scenario) {
  const auto fault = std::ranges::find(scenario.faults, "crash_points", &Fault::name);
  return fault != scenario.faults.end() ? fault->probability : 0;
}

}  // namespace ferry::sim
