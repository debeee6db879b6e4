// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/bridge.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/trace.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge_sockets.hpp"
#include "transport/witness.hpp"

namespace ferry {
namespace {

/// Stands for one request of a peer, whose outcome is told before the answer goes there.
class WitnessedAnswer : public RemoteActor {
 public:
  WitnessedAnswer(caf::actor_config& config, std::shared_ptr<BridgeOutbox> outbox, const Peer& peer,
                  std::string path, std::uint64_t reply_to, WitnessedRequest::Told told)
      : RemoteActor(config, std::move(outbox), peer, std::move(path), reply_to),
        told_(std::move(told)) {}

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* context) override {
    const bool failed = what->content().match_elements<caf::error>();
    told_(failed ? fail(from_caf(what->content().get_as<caf::error>(0))) : Result<>{});
    RemoteActor::enqueue(std::move(what), context);
  }
  using caf::abstract_actor::enqueue;

 private:
  WitnessedRequest::Told told_;
};

caf::message_id message_id_of(std::uint64_t request) {
  return request != 0 ? caf::make_message_id(caf::message_id::request_id_mask & request)
                      : caf::make_message_id();
}

WitnessedRequest witnessed(caf::actor_system& system, const std::shared_ptr<BridgeOutbox>& outbox,
                           const Peer& peer, const Envelope& envelope, const caf::actor& target,
                           caf::message message) {
  WitnessedRequest request{peer, std::string{envelope.type}, message, {}, {}};
  request.pass_on = [&system, outbox, peer, from = std::string{envelope.from}, id = envelope.id,
                     target, message](WitnessedRequest::Told told) {
    if (id == 0) told({});  // nobody waits for an answer, and none comes
    caf::actor_config config;
    auto sender = caf::make_actor<WitnessedAnswer, caf::strong_actor_ptr>(
        system.next_actor_id(), system.node(), &system, config, outbox, peer, from, id,
        std::move(told));
    caf::actor_cast<caf::strong_actor_ptr>(target)->enqueue(std::move(sender), message_id_of(id),
                                                            message, nullptr);
  };
  request.refuse = [&system, outbox, peer, from = std::string{envelope.from},
                    id = envelope.id](const Error& error) {
    if (id == 0) return;
    make_remote_actor(system, outbox, peer, from, id)
        ->enqueue(nullptr, message_id_of(id).response_id(), caf::make_message(to_caf(error)),
                  nullptr);
  };
  return request;
}

/// What the sender of a frame works for. Who isn't enrolled may not say so.
trace::Context context_of(const Peer& peer, const Envelope& envelope) {
  return peer.role == Role::unenrolled ? trace::Context{} : trace::parse(envelope.trace);
}

}  // namespace

Result<std::unique_ptr<Bridge>> Bridge::start(caf::actor_system& system, BridgeOptions options) {
  std::unique_ptr<Bridge> bridge{new Bridge{system, std::move(options), true}};
  bridge->sockets_ = std::make_unique<BridgeSockets>(*bridge);
  if (bridge->options_.listen) {
    auto endpoint = bridge->sockets_->listen(*bridge->options_.listen);
    if (!endpoint) return fail(endpoint.error());
    bridge->endpoint_ = *endpoint;
  }
  bridge->thread_ =
      std::jthread{[raw = bridge.get()](const std::stop_token& stop) { raw->sockets_->run(stop); }};
  return bridge;
}

std::unique_ptr<Bridge> Bridge::without_sockets(caf::actor_system& system, BridgeOptions options) {
  return std::unique_ptr<Bridge>{new Bridge{system, std::move(options), false}};
}

Bridge::Bridge(caf::actor_system& system, BridgeOptions options, bool has_sockets)
    : system_(system),
      options_(std::move(options)),
      outbox_(std::make_shared<BridgeOutbox>(has_sockets)) {}

Bridge::~Bridge() {
  thread_.request_stop();
  outbox_->wake();
  if (thread_.joinable()) thread_.join();
  outbox_->close();
}

void Bridge::enrol(const Peer& peer, const std::string& public_key) {
  const std::unique_lock lock{mutex_};
  std::erase_if(enrolled_, [&](const auto& entry) { return entry.second.node == peer.node; });
  enrolled_[public_key] = peer;
}

void Bridge::revoke(const std::string& node) {
  const std::unique_lock lock{mutex_};
  std::erase_if(enrolled_, [&](const auto& entry) { return entry.second.node == node; });
}

Peer Bridge::peer_of_key(const std::string& public_key) const {
  const std::shared_lock lock{mutex_};
  const auto it = enrolled_.find(public_key);
  return it != enrolled_.end() ? it->second : Peer{"?" + public_key, Role::unenrolled};
}

void Bridge::connect(const Peer& peer, const std::string& endpoint, const std::string& server_key) {
  sockets_->change_link({peer, endpoint, server_key});
  outbox_->wake();
}

void Bridge::publish(const std::string& path, const caf::actor& actor, std::vector<Grant> grants) {
  const std::unique_lock lock{mutex_};
  published_[path] = {actor, std::move(grants)};
}

caf::actor Bridge::published(const std::string& path) const {
  const std::shared_lock lock{mutex_};
  const auto it = published_.find(path);
  return it != published_.end() ? it->second.actor : caf::actor{};
}

bool Bridge::Published::allows(Role role, std::string_view type) const {
  return std::ranges::any_of(grants, [&](const Grant& grant) {
    return grant.role == role && (grant.types.empty() || std::ranges::count(grant.types, type) > 0);
  });
}

caf::actor Bridge::remote(const std::string& node, const std::string& path) {
  return caf::actor_cast<caf::actor>(
      make_remote_actor(system_, outbox_, {node, Role::unenrolled}, path));
}

void Bridge::receive(const Peer& peer, std::string_view frame) {
  if (is_ignored(peer.node)) return;
  auto opened = open_frame(frame);
  if (!opened) return refuse(peer, {}, opened.error());
  const trace::Scope scope{context_of(peer, opened->envelope)};
  if (auto same = check_version(opened->envelope.version); !same) {
    return refuse(peer, opened->envelope, same.error());
  }
  deliver(peer, *opened);
}

void Bridge::deliver(const Peer& peer, const OpenedFrame& opened) {
  const auto& envelope = opened.envelope;
  auto message = decode(envelope.type, opened.body);
  if (!message) return refuse(peer, envelope, message.error());
  if (envelope.reply_to != 0) {
    ++counters_.received;
    return deliver_answer(peer, envelope, std::move(*message));
  }
  Published target;
  {
    const std::shared_lock lock{mutex_};
    if (const auto it = published_.find(envelope.to); it != published_.end()) target = it->second;
  }
  if (!target.allows(peer.role, envelope.type)) {
    if (peer.role == Role::unenrolled) {
      return refuse(peer, envelope,
                    {Errc::not_enrolled, "this node's key is not enrolled here", {}});
    }
    return refuse(peer, envelope,
                  {Errc::not_found,
                   "nothing at '" + envelope.to + "' takes " + envelope.type +
                       " from a node of role " + std::string{to_string(peer.role)},
                   {}});
  }
  ++counters_.received;
  Published witness;
  {
    const std::shared_lock lock{mutex_};
    const auto it = published_.find(std::string{witness_path});
    if (it != published_.end()) witness = it->second;
  }
  if (witness.allows(peer.role, envelope.type)) {
    caf::anon_send(witness.actor,
                   witnessed(system_, outbox_, peer, envelope, target.actor, std::move(*message)));
    return;
  }
  auto sender = make_remote_actor(system_, outbox_, peer, envelope.from, envelope.id);
  // A request: whatever the actor answers, even an error, goes back under its id.
  caf::actor_cast<caf::strong_actor_ptr>(target.actor)
      ->enqueue(std::move(sender), message_id_of(envelope.id), std::move(*message), nullptr);
}

void Bridge::deliver_answer(const Peer& peer, const Envelope& envelope, caf::message message) {
  auto waiting = outbox_->take_waiting(peer.node, envelope.reply_to);
  if (!waiting.actor) return;  // it timed out, or was another node's to answer
  if (message.match_elements<Failure>()) {
    const auto& failure = message.get_as<Failure>(0);
    message =
        caf::make_message(to_caf({static_cast<Errc>(failure.code), failure.what, failure.fix}));
  }
  waiting.actor->enqueue(nullptr, waiting.mid.response_id(), std::move(message), nullptr);
}

void Bridge::not_sent(const OutgoingFrame& frame) {
  ++counters_.unroutable;
  if (frame.request == 0) return;
  auto waiting = outbox_->take_waiting(frame.node, frame.request);
  if (!waiting.actor) return;
  auto error = to_caf({Errc::unreachable, frame.node + " is not connected", {}});
  waiting.actor->enqueue(nullptr, waiting.mid.response_id(), caf::make_message(std::move(error)),
                         nullptr);
}

void Bridge::refuse(const Peer& peer, const Envelope& envelope, const Error& error) {
  ++counters_.refused;
  if (error.code == Errc::malformed || error.code == Errc::protocol_version) {
    count_bad_frame(peer.node);
  }
  log::warning("bridge refuses a frame", {{"peer", peer.node},
                                          {"message", envelope.type},
                                          {"code", code_text(error.code)},
                                          {"why", error.what}});
  if (envelope.id == 0 || envelope.reply_to != 0) return;
  Envelope answer;
  answer.type = Failure::wire_name;
  answer.reply_to = envelope.id;
  outbox_->post_frame(
      peer.node, make_frame(answer, to_msgpack(Failure{static_cast<std::uint16_t>(error.code),
                                                       error.what, std::string{remedy(error)}})));
}

Result<> Bridge::link_state(const std::string& node) const {
  const std::shared_lock lock{mutex_};
  const auto trouble = link_troubles_.find(node);
  if (trouble == link_troubles_.end()) return {};
  return fail(trouble->second);
}

void Bridge::note_link(const std::string& node, const Result<>& state) {
  const std::unique_lock lock{mutex_};
  if (state) {
    link_troubles_.erase(node);
  } else {
    link_troubles_[node] = state.error();
  }
}

/// A flood is not even read. It ends by itself: the node at the other end of a link that
/// this one has made can't be told apart after it was started again.
bool Bridge::is_ignored(const std::string& node) const {
  constexpr auto period_ms = std::chrono::milliseconds{limits::bad_frames_period}.count();
  const std::shared_lock lock{mutex_};
  const auto bad = bad_frames_.find(node);
  return bad != bad_frames_.end() && bad->second.count >= limits::bad_frames_max &&
         steady_ms() - bad->second.since_ms < period_ms;
}

void Bridge::forgive(const std::string& node) {
  const std::unique_lock lock{mutex_};
  bad_frames_.erase(node);
}

void Bridge::count_bad_frame(const std::string& node) {
  constexpr auto period_ms = std::chrono::milliseconds{limits::bad_frames_period}.count();
  const std::unique_lock lock{mutex_};
  if (bad_frames_.size() >= limits::peers_max && !bad_frames_.contains(node)) return;
  auto& bad = bad_frames_[node];
  if (bad.count == 0 || steady_ms() - bad.since_ms >= period_ms) bad = {0, steady_ms()};
  if (++bad.count < limits::bad_frames_max) return;
  log::error("bridge ignores a peer for a while",
             {{"peer", node}, {"seconds", limits::bad_frames_period.count()}});
}

}  // namespace ferry
