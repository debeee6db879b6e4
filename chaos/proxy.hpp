// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A TCP proxy between the nodes of a cluster, which can cut, delay, throttle and corrupt
// what passes, and reset connections. It stands in the place that a node advertises; who
// connects is found out from the kernel's own tables.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "chaos/proxy_lane.hpp"
#include "config/endpoint.hpp"

namespace ferry::chaos {

inline constexpr std::size_t proxy_connections_max = 1024;

struct ProxyRoute {
  std::string server;  // role of the node at `target`
  Endpoint listen;     // IPv4
  Endpoint target;
};

/// Who connected: the node's name and role; empty names for a stranger.
struct Peer {
  std::string node;
  std::string role;
};
using FindPeer = std::function<Peer(std::uint16_t peer_port, std::uint16_t own_port)>;

/// Which connections are meant; an empty field means all.
struct LinkPattern {
  std::string node;    // that connected
  std::string role;    // of the node that connected
  std::string server;  // role of the node it connected to
};

struct ProxyCounts {
  std::uint64_t bytes = 0;
  std::uint64_t flipped = 0;
  std::uint64_t reset = 0;
};

/// May be used by several threads.
class Proxy {
 public:
  /// Listens at once; `find` is called from the proxy's thread.
  [[nodiscard]] static Result<std::unique_ptr<Proxy>> start(const std::vector<ProxyRoute>& routes,
                                                            FindPeer find, std::uint64_t dice = 1);
  virtual ~Proxy() = default;

  /// Disturbs matching connections, old and new, until `calm` is called with the answer.
  virtual std::uint64_t disturb(const LinkPattern& pattern, const Weather& weather) = 0;
  virtual void calm(std::uint64_t disturbance) = 0;
  /// Ends matching connections with a TCP reset; returns how many there were.
  virtual std::size_t reset(const LinkPattern& pattern) = 0;
  [[nodiscard]] virtual ProxyCounts counts() const = 0;
};

}  // namespace ferry::chaos
