// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/authenticator.hpp"

#include <string_view>
#include <vector>

#include "transport/keys.hpp"

namespace ferry {

zmq::socket_t open_authenticator(zmq::context_t& context) {
  zmq::socket_t authenticator{context, ZMQ_REP};
  authenticator.bind("inproc://zeromq.zap.01");
  return authenticator;
}

void authenticate_one(zmq::socket_t& authenticator) {
  std::vector<zmq::message_t> parts;
  do {
    parts.emplace_back();
    if (!authenticator.recv(
            parts.back(), parts.size() == 1 ? zmq::recv_flags::dontwait : zmq::recv_flags::none)) {
      return;
    }
  } while (parts.back().more() && parts.size() < 16);
  drop_rest(authenticator, parts.back());
  std::string key;
  if (parts.size() == 7 && parts[5].to_string_view() == "CURVE") {
    if (auto text = key_text(parts[6].to_string_view())) key = *text;
  }
  const auto reply = [&](std::string_view text, bool more) {
    authenticator.send(zmq::buffer(text), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
  };
  reply("1.0", true);
  reply(parts.size() > 1 ? parts[1].to_string_view() : std::string_view{}, true);
  reply(key.empty() ? "400" : "200", true);
  reply(key.empty() ? "no key" : "OK", true);
  reply(key, true);
  reply("", false);
}

std::string sender_key(zmq::message_t& message) {
  const char* key = zmq_msg_gets(message.handle(), "User-Id");
  return key != nullptr ? std::string{key} : std::string{};
}

void drop_rest(zmq::socket_t& socket, zmq::message_t& last) {
  while (last.more()) {
    if (!socket.recv(last, zmq::recv_flags::none)) return;
  }
}

}  // namespace ferry
