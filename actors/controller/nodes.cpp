// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/nodes.hpp"

#include "actors/controller/overview.hpp"
#include "actors/controller/store.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/version.hpp"
#include "metrics/counted.hpp"
#include "transport/remote_actor.hpp"

namespace ferry {

Nodes::Nodes(caf::event_based_actor* self, caf::actor store, caf::actor sources)
    : self_(self), store_(std::move(store)), sources_(std::move(sources)) {}

caf::behavior Nodes::make_behavior() {
  return {[this](const Hello& m) { return hello(m); },
          [this](const ListNodes& m) { return list(m); },
          [this](const ForgetNode& m) { nodes_.erase(m.node); }};
}

caf::result<Welcome> Nodes::hello(const Hello& m) {
  const auto peer = peer_of(self_->current_sender());
  if (m.node != peer.node || m.role != to_string(peer.role)) {
    return to_caf(
        {Errc::not_enrolled, "this key is enrolled as " + peer.node + ", not as " + m.node, {}});
  }
  if (auto same = check_version(m.protocol); !same) return to_caf(same.error());
  auto& [node, seen_ms] = nodes_[m.node];
  if (node.incarnation != m.incarnation) {
    log::info("node is here", {{"peer", m.node}, {"role", m.role}, {"version", m.version}});
  }
  node = {m.node, m.role, true, m.version, m.incarnation, wall_ms(), 0};
  seen_ms = steady_ms();
  auto promise = self_->make_response_promise<Welcome>();
  if (m.failures.empty()) {
    welcome(m, peer.role, promise);
    return promise;
  }
  // The answer says that these are known here for good, so the log comes first.
  self_
      ->request(store_, caf::infinite, Transact{[m](Database& database) {
                  log_failures(database, m.node, m.failures);
                  return caf::make_message(Done{});
                }})
      .then(
          [this, promise, m, role = peer.role](const Done&) {
            counted::actor_failures(to_string(role), m.failures.size());
            welcome(m, role, promise);
          },
          [promise](caf::error& error) mutable { promise.deliver(std::move(error)); });
  return promise;
}

void Nodes::welcome(const Hello& m, Role role, caf::typed_response_promise<Welcome> promise) const {
  if (role == Role::agent) {
    promise.delegate(sources_, m);
    return;
  }
  const auto interval = std::chrono::milliseconds{limits::heartbeat_interval}.count();
  promise.deliver(Welcome{program_version, static_cast<std::uint32_t>(interval), false});
}

NodeList Nodes::list(const ListNodes& m) const {
  NodeList answer;
  for (const auto& [name, known] : nodes_) {
    auto view = known.view;
    view.silent_ms = steady_ms() - known.seen_ms;
    view.online = view.silent_ms < ms_of(limits::heartbeat_timeout);
    const bool wanted = (m.role.empty() || m.role == view.role) && (!m.online_only || view.online);
    if (wanted) answer.nodes.push_back(std::move(view));
  }
  return answer;
}

}  // namespace ferry
