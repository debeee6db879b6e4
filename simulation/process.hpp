// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One simulated process: a real bridge and a real tree of actors that live and die
// together, and a name, keys and a role that outlive them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "transport/bridge.hpp"

namespace ferry::sim {

class SimulatedClient;
struct SimulatedProcess;

/// Where frames for a node go: to a process, and there to its bridge (client 0) or to one
/// of its clients.
struct Route {
  SimulatedProcess* process = nullptr;
  std::uint64_t incarnation = 0;
  std::uint64_t client = 0;
};

struct SimulatedProcess {
  std::string name;  // enrolled name of its node
  std::uint32_t number = 0;
  Role role = Role::unenrolled;
  KeyPair keys;
  /// Spawns the tree on `bridge`; called at each start.
  std::function<caf::actor(SimulatedProcess&)> spawn;

  // -- of the present life ---------------------------------------------------------
  bool alive = false;
  bool dying = false;             // nothing it still does has any effect
  std::uint64_t incarnation = 0;  // counts lives
  std::unique_ptr<Bridge> bridge;
  caf::actor root;
  std::vector<caf::strong_actor_ptr> actors;
  std::size_t sweep_at = 64;                          // then those that have ended are forgotten
  SimulatedProcess* uplink = nullptr;                 // that it connects to
  std::map<std::string, Route> routes;                // by node, learnt from what its key sent
  std::map<std::uint64_t, SimulatedClient*> clients;  // by number; 0 is the bridge
  std::uint64_t client_count = 0;

  /// True while the life numbered so goes on.
  [[nodiscard]] bool lives(std::uint64_t life) const {
    return alive && !dying && incarnation == life;
  }
};

/// Thrown out of whatever a dead process was doing. No std::exception, so that nothing
/// but the simulator takes it for an answer.
struct ProcessDied {};

}  // namespace ferry::sim
