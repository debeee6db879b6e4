// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Over which connection each peer of a listening socket was last heard. Private to
// transport/.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "transport/remote_actor.hpp"

namespace ferry {

/// Strangers, operators and nodes compete for room among themselves only: no crowd of one
/// kind makes the controller forget the others. Belongs to the thread of the sockets.
class RouteTable {
 public:
  /// Returns true if this connection of the peer is a new one. Beyond the bound of its
  /// crowd the route that was used the longest ago is forgotten.
  bool learn(const Peer& peer, const std::string& routing_id);
  /// Null if the peer was not heard, or long ago.
  [[nodiscard]] const std::string* find(const std::string& node) const;

 private:
  struct Route {
    std::string routing_id;
    std::size_t crowd = 0;
    std::uint64_t used = 0;  // order of last use
  };

  void forget_oldest_of(std::size_t crowd);

  std::unordered_map<std::string, Route> routes_;  // by node
  std::array<std::size_t, 3> sizes_{};             // by crowd
  std::uint64_t uses_ = 0;
};

/// The name under which one connection of a peer is answered. One key may be in the hands of
/// several operators at once, so each of their connections is a peer of its own; a node has
/// one connection, and an answer that it misses may come over its next one.
[[nodiscard]] Peer peer_of_connection(Peer peer, std::string_view routing_id);

}  // namespace ferry
