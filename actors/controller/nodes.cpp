// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/nodes.hpp"

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/version.hpp"
#include "transport/remote_actor.hpp"

namespace ferry {
namespace {

bool is_online(const NodeView& node) {
  const auto timeout_ms = std::chrono::milliseconds{limits::heartbeat_timeout}.count();
  return wall_ms() - node.last_seen_ms < timeout_ms;
}

}  // namespace

Nodes::Nodes(caf::event_based_actor* self, caf::actor sources)
    : self_(self), sources_(std::move(sources)) {}

caf::behavior Nodes::make_behavior() {
  return {[this](const Hello& m) { return hello(m); },
          [this](const ListNodes& m) { return list(m); }};
}

caf::result<Welcome> Nodes::hello(const Hello& m) {
  const auto peer = peer_of(self_->current_sender());
  if (m.node != peer.node || m.role != to_string(peer.role)) {
    return to_caf(
        {Errc::not_enrolled, "this key is enrolled as " + peer.node + ", not as " + m.node, {}});
  }
  if (auto same = check_version(m.protocol); !same) return to_caf(same.error());
  auto& node = nodes_[m.node];
  if (node.incarnation != m.incarnation) {
    log::info("node is here", {{"peer", m.node}, {"role", m.role}, {"version", m.version}});
  }
  node = {m.node, m.role, true, m.version, m.incarnation, wall_ms()};
  if (peer.role == Role::agent) {
    self_->delegate(sources_, m);
    return caf::delegated<Welcome>{};
  }
  const auto interval = std::chrono::milliseconds{limits::heartbeat_interval}.count();
  return Welcome{program_version, static_cast<std::uint32_t>(interval), false};
}

NodeList Nodes::list(const ListNodes& m) const {
  NodeList answer;
  for (auto node : nodes_) {
    node.second.online = is_online(node.second);
    const bool wanted =
        (m.role.empty() || m.role == node.second.role) && (!m.online_only || node.second.online);
    if (wanted) answer.nodes.push_back(std::move(node.second));
  }
  return answer;
}

}  // namespace ferry
