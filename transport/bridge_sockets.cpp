// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/bridge_sockets.hpp"

#include <algorithm>
#include <span>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "transport/authenticator.hpp"

namespace ferry {
namespace {

namespace opt = zmq::sockopt;
constexpr int frames_per_turn_max = 1000;  // so that no socket starves the others
constexpr std::int64_t waiting_ms_max = 120'000;
// Heartbeats are answered, so a link on which nothing comes is dead.
constexpr std::chrono::milliseconds link_silence_max{7'000};
static_assert(limits::heartbeat_interval * 3 < link_silence_max &&
              link_silence_max < limits::heartbeat_timeout);

}  // namespace

void set_link_options(zmq::socket_t& socket) {
  socket.set(opt::linger, 0);
  socket.set(opt::maxmsgsize, static_cast<std::int64_t>(limits::control_frame_bytes_max));
  socket.set(opt::sndhwm, 10'000);
  socket.set(opt::rcvhwm, 10'000);
  socket.set(opt::heartbeat_ivl, 1000);
  socket.set(opt::heartbeat_timeout, 3000);
  socket.set(opt::heartbeat_ttl, 3000);
  socket.set(opt::handshake_ivl, 5000);
  socket.set(opt::reconnect_ivl, 100);
  socket.set(opt::reconnect_ivl_max, 2000);
}

BridgeSockets::BridgeSockets(Bridge& bridge) : bridge_(bridge) {}

Result<std::string> BridgeSockets::listen(const std::string& endpoint) {
  try {
    // The authenticator must be there before the first handshake can arrive.
    zap_ = open_authenticator(context_);
    router_ = {context_, ZMQ_ROUTER};
    set_link_options(router_);
    router_.set(opt::curve_server, true);
    router_.set(opt::curve_secretkey, bridge_.options_.keys.secret_key);
    router_.set(opt::zap_domain, "edgeferry");
    router_.set(opt::router_mandatory, true);
    router_.bind(endpoint);
    return router_.get(opt::last_endpoint);
  } catch (const zmq::error_t& error) {
    const auto code = error.num() == EADDRINUSE ? Errc::address_in_use : Errc::invalid_argument;
    return fail(code, "listen on " + endpoint + ": " + error.what());
  }
}

void BridgeSockets::change_link(LinkChange change) {
  const std::lock_guard lock{changes_mutex_};
  changes_.push_back(std::move(change));
}

void BridgeSockets::apply_link_changes() {
  std::vector<LinkChange> changes;
  {
    const std::lock_guard lock{changes_mutex_};
    changes.swap(changes_);
  }
  for (auto& change : changes) {
    const auto known = links_.find(change.peer.node);
    if (known != links_.end() && known->second.endpoint == change.endpoint &&
        known->second.server_key == change.server_key) {
      continue;
    }
    links_.erase(change.peer.node);
    auto& link = links_[change.peer.node];
    link.peer = change.peer;
    link.endpoint = change.endpoint;
    link.server_key = change.server_key;
    open_socket(link);
  }
}

void BridgeSockets::open_socket(Link& link) {
  zmq::socket_t socket{context_, ZMQ_DEALER};
  set_link_options(socket);
  socket.set(opt::immediate, true);  // nothing queues up for a peer that isn't there
  socket.set(opt::curve_publickey, bridge_.options_.keys.public_key);
  socket.set(opt::curve_secretkey, bridge_.options_.keys.secret_key);
  socket.set(opt::curve_serverkey, link.server_key);
  link.watch.watch(context_, socket);
  socket.connect(link.endpoint);
  link.socket = std::move(socket);
  link.heard_ms = steady_ms();
}

/// libzmq connects again after a connection broke, but never after a peer broke its
/// protocol, and a bit that flips on the wire looks like that.
void BridgeSockets::reopen_silent_links() {
  for (auto& [node, link] : links_) {
    if (steady_ms() - link.heard_ms < link_silence_max.count()) continue;
    open_socket(link);
  }
}

void BridgeSockets::tell_states() {
  for (auto& [node, link] : links_) {
    link.watch.read();
    bridge_.note_link(node, link.watch.state(link.endpoint));
  }
}

void BridgeSockets::run(const std::stop_token& stop) {
  auto swept_ms = steady_ms();
  while (!stop.stop_requested()) {
    poll_once();
    send_all();
    if (steady_ms() - swept_ms > 1000) {
      swept_ms = steady_ms();
      bridge_.outbox_->forget_waiting_before(swept_ms - waiting_ms_max);
      tell_states();
      reopen_silent_links();
    }
  }
}

void BridgeSockets::poll_once() {
  std::vector<zmq::pollitem_t> items{{nullptr, bridge_.outbox_->wake_fd(), ZMQ_POLLIN, 0}};
  if (zap_) items.push_back({zap_, 0, ZMQ_POLLIN, 0});
  if (router_) items.push_back({router_, 0, ZMQ_POLLIN, 0});
  for (auto& [node, link] : links_) items.push_back({link.socket, 0, ZMQ_POLLIN, 0});
  try {
    zmq::poll(items, std::chrono::milliseconds{200});
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
  if (items[0].revents != 0) bridge_.outbox_->clear_wake();
  if (zap_) authenticate_one(zap_);
  if (router_) {
    for (int i = 0; i < frames_per_turn_max && receive_from_router(); ++i) {
    }
  }
  for (auto& [node, link] : links_) {
    for (int i = 0; i < frames_per_turn_max && receive_from(link); ++i) {
    }
  }
}

bool BridgeSockets::receive_from_router() {
  zmq::message_t routing_id;
  zmq::message_t frame;
  if (!router_.recv(routing_id, zmq::recv_flags::dontwait)) return false;
  if (!routing_id.more() || !router_.recv(frame, zmq::recv_flags::none)) return true;
  if (frame.more()) {
    drop_rest(router_, frame);
    ++bridge_.counters_.refused;
    return true;
  }
  const auto connection = routing_id.to_string();
  const auto peer = peer_of_connection(bridge_.peer_of_key(sender_key(frame)), connection);
  if (routes_.learn(peer, connection)) bridge_.forgive(peer.node);
  bridge_.receive(peer, frame.to_string_view());
  return true;
}

bool BridgeSockets::receive_from(Link& link) {
  zmq::message_t frame;
  if (!link.socket.recv(frame, zmq::recv_flags::dontwait)) return false;
  link.heard_ms = steady_ms();
  if (frame.more()) {
    drop_rest(link.socket, frame);
    ++bridge_.counters_.refused;
    return true;
  }
  bridge_.receive(link.peer, frame.to_string_view());
  return true;
}

void BridgeSockets::send_all() {
  const auto frames = bridge_.outbox_->take_all();
  apply_link_changes();  // whoever asks over a new link has asked for the link before
  for (const auto& frame : frames) {
    if (send(frame)) {
      ++bridge_.counters_.sent;
    } else if (links_.contains(frame.node)) {
      ++bridge_.counters_.unroutable;  // this end connects again, which a caller may wait for
    } else {
      bridge_.not_sent(frame);
    }
  }
}

bool BridgeSockets::send(const OutgoingFrame& frame) {
  const auto bytes = zmq::buffer(frame.bytes.data(), frame.bytes.size());
  try {
    if (const auto link = links_.find(frame.node); link != links_.end()) {
      return link->second.socket.send(bytes, zmq::send_flags::dontwait).has_value();
    }
    const auto* route = routes_.find(frame.node);
    if (route == nullptr || !router_) return false;
    if (!router_.send(zmq::buffer(*route), zmq::send_flags::sndmore | zmq::send_flags::dontwait))
      return false;
    return router_.send(bytes, zmq::send_flags::dontwait).has_value();
  } catch (const zmq::error_t& error) {
    if (error.num() != EHOSTUNREACH && error.num() != EAGAIN) throw;
    return false;
  }
}

}  // namespace ferry
