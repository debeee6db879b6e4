// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Stands for an actor in another process. To the code it is a caf::actor: send,
// request and replies work unchanged. Delivery is at most once; whoever needs
// more repeats an idempotent request.
#pragma once

#include <memory>
#include <string>

#include <caf/all.hpp>

#include "transport/bridge_outbox.hpp"

namespace ferry {

/// What may be asked of this node by whom; the role is proved by the peer's key.
enum class Role : std::uint8_t { unenrolled, controller, transition, worker, agent, operator_ };
[[nodiscard]] std::string_view to_string(Role role);
[[nodiscard]] Role role_of(std::string_view name);

/// The other end of a link.
struct Peer {
  std::string node;  // enrolled name; "?" and the public key if not enrolled
  Role role = Role::unenrolled;
};

class RemoteActor : public caf::actor_proxy {
 public:
  /// With `reply_to` it stands for one request that waits over there.
  RemoteActor(caf::actor_config& config, std::shared_ptr<BridgeOutbox> outbox, Peer peer,
              std::string path, std::uint64_t reply_to);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* context) override;
  using caf::abstract_actor::enqueue;
  void kill_proxy(caf::execution_unit* context, caf::error reason) override;
  const char* name() const override { return "remote_actor"; }
  [[nodiscard]] const Peer& peer() const { return peer_; }

 private:
  std::shared_ptr<BridgeOutbox> outbox_;
  Peer peer_;
  std::string path_;
  std::uint64_t reply_to_;
};

[[nodiscard]] caf::strong_actor_ptr make_remote_actor(caf::actor_system& system,
                                                      std::shared_ptr<BridgeOutbox> outbox,
                                                      Peer peer, std::string path,
                                                      std::uint64_t reply_to = 0);

/// Returns who sent the message that `self` handles now; a local sender is this
/// node itself, with an empty name and the role controller.
[[nodiscard]] Peer peer_of(const caf::strong_actor_ptr& sender);

}  // namespace ferry
