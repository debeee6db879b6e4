// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/link_watch.hpp"

#include <atomic>
#include <cstring>

namespace ferry {

void LinkWatch::watch(zmq::context_t& context, zmq::socket_t& socket) {
  static std::atomic<std::uint64_t> watches{0};
  constexpr int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                         ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED |
                         ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                         ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
  const auto address = "inproc://link" + std::to_string(++watches);
  end();
  zmq_socket_monitor(socket.handle(), address.c_str(), events);
  watched_ = socket.handle();
  monitor_ = zmq::socket_t{context, ZMQ_PAIR};
  monitor_.set(zmq::sockopt::linger, 0);
  monitor_.connect(address);
}

void LinkWatch::end() {
  if (watched_ != nullptr) zmq_socket_monitor(watched_, nullptr, 0);
  watched_ = nullptr;
}

void LinkWatch::read() {
  zmq::message_t event;
  zmq::message_t address;
  while (monitor_ && monitor_.recv(event, zmq::recv_flags::dontwait)) {
    if (event.more()) (void)monitor_.recv(address, zmq::recv_flags::none);
    std::uint16_t number = 0;
    if (event.size() < sizeof number) continue;
    std::memcpy(&number, event.data(), sizeof number);
    if (number == ZMQ_EVENT_CONNECTED) {
      // A refusal is told until a handshake succeeds: libzmq goes on trying.
      if (state_ != State::refused) state_ = State::handshaking;
    } else if (number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
      state_ = State::open;
    } else if (state_ == State::handshaking) {
      state_ = State::refused;
    } else if (state_ == State::open) {
      state_ = State::nobody;
    }
  }
}

Result<> LinkWatch::state(const std::string& endpoint) const {
  if (state_ == State::open || state_ == State::handshaking) return {};
  if (state_ == State::refused) {
    return fail(Errc::unreachable,
                endpoint + " answers, but not as the one whose key is known here",
                "check its address; if it is another controller, register again with one of its "
                "activation codes");
  }
  return fail(Errc::unreachable, "nobody listens at " + endpoint, {});
}

}  // namespace ferry
