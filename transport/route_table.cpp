// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/route_table.hpp"

#include <span>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::array<std::size_t, 3> routes_max{limits::unenrolled_peers_max,
                                                limits::operator_links_max, limits::peers_max};

std::size_t crowd_of(Role role) {
  if (role == Role::unenrolled) return 0;
  return role == Role::operator_ ? 1 : 2;
}

}  // namespace

bool RouteTable::learn(const Peer& peer, const std::string& routing_id) {
  const auto [it, is_new] = routes_.try_emplace(peer.node);
  auto& route = it->second;
  route.used = ++uses_;
  if (!is_new && route.routing_id == routing_id) return false;
  route.routing_id = routing_id;
  if (!is_new) return true;
  route.crowd = crowd_of(peer.role);
  const auto crowd = route.crowd;  // the route may be the one that goes
  if (++sizes_.at(crowd) > routes_max.at(crowd)) forget_oldest_of(crowd);
  return true;
}

const std::string* RouteTable::find(const std::string& node) const {
  const auto it = routes_.find(node);
  return it != routes_.end() ? &it->second.routing_id : nullptr;
}

void RouteTable::forget_oldest_of(std::size_t crowd) {
  auto oldest = routes_.end();
  for (auto it = routes_.begin(); it != routes_.end(); ++it) {
    if (it->second.crowd != crowd) continue;
    if (oldest == routes_.end() || it->second.used < oldest->second.used) oldest = it;
  }
  routes_.erase(oldest);
  --sizes_.at(crowd);
}

Peer peer_of_connection(Peer peer, std::string_view routing_id) {
  if (peer.role == Role::operator_) peer.node += "#" + to_hex(std::as_bytes(std::span{routing_id}));
  return peer;
}

}  // namespace ferry
