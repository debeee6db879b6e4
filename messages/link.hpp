// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Conversation between a node and the controller about being there at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"
#include "messages/tree.hpp"

namespace ferry {

/// The version of the envelope and the catalogue. Both ends must speak the same.
inline constexpr std::uint32_t protocol_version = 1;

/// A node says that it lives, every limits::heartbeat_interval. Idempotent. The
/// first one with a new `incarnation` tells the controller that the node restarted.
struct Hello {
  std::string node;
  std::string role;  // transition, worker or agent
  std::string incarnation;
  std::uint32_t protocol = protocol_version;
  std::string version;                 // of the program
  std::vector<ActorFailure> failures;  // that the last answered one did not tell yet
  FERRY_MESSAGE("link.hello", node, role, incarnation, protocol, version, failures)
};

/// Answers Hello.
struct Welcome {
  std::string version;
  std::uint32_t heartbeat_ms = 0;
  bool inventory_wanted = false;  // agents: the controller has no inventory of this incarnation
  FERRY_MESSAGE("link.welcome", version, heartbeat_ms, inventory_wanted)
};

/// A request failed. `code` is the number of an Errc.
struct Failure {
  std::uint16_t code = 0;
  std::string what;
  std::string fix;
  FERRY_MESSAGE("link.failure", code, what, fix)
};

/// A request succeeded and there is nothing to tell.
struct Done {
  bool ok = true;
  FERRY_MESSAGE("link.done", ok)
};

struct NodeView {
  std::string node;
  std::string role;
  bool online = false;
  std::string version;
  std::string incarnation;
  std::int64_t last_seen_ms = 0;  // wall clock of the controller, for people
  std::int64_t silent_ms = 0;     // since then, by a clock that never jumps
  FERRY_FIELDS(node, role, online, version, incarnation, last_seen_ms, silent_ms)
};

/// Asks which nodes the controller knows. Role "" means all.
struct ListNodes {
  std::string role;
  bool online_only = false;
  FERRY_MESSAGE("link.list_nodes", role, online_only)
};

struct NodeList {
  std::vector<NodeView> nodes;
  FERRY_MESSAGE("link.node_list", nodes)
};

}  // namespace ferry
