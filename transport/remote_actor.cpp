// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/remote_actor.hpp"

#include <array>

#include "base/trace.hpp"
#include "messages/catalogue.hpp"

namespace ferry {
namespace {

constexpr std::array<std::string_view, 6> role_names{"unenrolled", "controller", "transition",
                                                     "worker",     "agent",      "operator"};

}  // namespace

std::string_view to_string(Role role) { return role_names[static_cast<std::size_t>(role)]; }

Role role_of(std::string_view name) {
  for (std::size_t i = 0; i < role_names.size(); ++i) {
    if (role_names[i] == name) return static_cast<Role>(i);
  }
  return Role::unenrolled;
}

RemoteActor::RemoteActor(caf::actor_config& config, std::shared_ptr<BridgeOutbox> outbox, Peer peer,
                         std::string path, std::uint64_t reply_to)
    : actor_proxy(config),
      outbox_(std::move(outbox)),
      peer_(std::move(peer)),
      path_(std::move(path)),
      reply_to_(reply_to) {}

void RemoteActor::enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) {
  Envelope envelope;
  envelope.to = path_;
  envelope.reply_to = reply_to_;
  envelope.trace = trace::traceparent(trace::current());
  if (what->content().match_elements<caf::error>()) {
    const auto error = from_caf(what->content().get_as<caf::error>(0));
    const auto failure = caf::make_message(
        Failure{static_cast<std::uint16_t>(error.code), error.what, std::string{remedy(error)}});
    outbox_->post(peer_.node, std::move(envelope), failure, nullptr, {});
    return;
  }
  outbox_->post(peer_.node, std::move(envelope), what->content(), what->sender, what->mid);
}

void RemoteActor::kill_proxy(caf::execution_unit* context, caf::error reason) {
  cleanup(std::move(reason), context);
}

caf::strong_actor_ptr make_remote_actor(caf::actor_system& system,
                                        std::shared_ptr<BridgeOutbox> outbox, Peer peer,
                                        std::string path, std::uint64_t reply_to) {
  caf::actor_config config;
  return caf::make_actor<RemoteActor, caf::strong_actor_ptr>(
      system.next_actor_id(), system.node(), &system, config, std::move(outbox), std::move(peer),
      std::move(path), reply_to);
}

Peer peer_of(const caf::strong_actor_ptr& sender) {
  if (sender) {
    const auto* remote = dynamic_cast<RemoteActor*>(caf::actor_cast<caf::abstract_actor*>(sender));
    if (remote != nullptr) return remote->peer();
  }
  return {{}, Role::controller};
}

}  // namespace ferry
