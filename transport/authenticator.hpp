// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The ZeroMQ Authentication Protocol (RFC 27) for sockets that listen with CURVE: every key is let
// through the handshake and is known for each message that comes over its link. What it may do is
// decided by whoever reads the messages.
#pragma once

#include <string>

#include <zmq.hpp>

namespace ferry {

/// The socket that is asked, one for each context; before the first socket there listens.
[[nodiscard]] zmq::socket_t open_authenticator(zmq::context_t& context);
/// Answers one question, if there is any. Never waits.
void authenticate_one(zmq::socket_t& authenticator);
/// The key that a message's sender has proven to have, as Z85; empty: none.
[[nodiscard]] std::string sender_key(zmq::message_t& message);
/// Reads what is left of a message of many parts; `last`: the part that was read last.
void drop_rest(zmq::socket_t& socket, zmq::message_t& last);

}  // namespace ferry
