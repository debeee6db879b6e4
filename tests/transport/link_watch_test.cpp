// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/link_watch.hpp"

#include <optional>
#include <thread>

#include <doctest/doctest.h>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

/// Something always happens to it: nobody listens where it connects to.
zmq::socket_t restless(zmq::context_t& context) {
  zmq::socket_t socket{context, ZMQ_DEALER};
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::reconnect_ivl, 1);
  return socket;
}

/// Whether libzmq's own thread still moves messages.
bool is_alive(zmq::context_t& context) {
  zmq::socket_t here{context, ZMQ_PAIR};
  zmq::socket_t there{context, ZMQ_PAIR};
  for (auto* socket : {&here, &there}) {
    socket->set(zmq::sockopt::linger, 0);
    socket->set(zmq::sockopt::rcvtimeo, 3000);
    socket->set(zmq::sockopt::sndtimeo, 3000);
  }
  here.bind("tcp://127.0.0.1:*");
  there.connect(here.get(zmq::sockopt::last_endpoint));
  zmq::message_t got;
  return there.send(zmq::buffer("x", 1), zmq::send_flags::none).has_value() &&
         here.recv(got, zmq::recv_flags::none).has_value();
}

}  // namespace

TEST_CASE("a watch that goes to another socket, or ends, stops none of the links") {
  zmq::context_t context{1};
  auto first = restless(context);
  auto second = restless(context);
  std::optional<LinkWatch> watch{std::in_place};
  watch->watch(context, first);
  first.connect("tcp://127.0.0.1:1");
  watch->watch(context, second);
  second.connect("tcp://127.0.0.1:1");
  std::this_thread::sleep_for(50ms);
  CHECK(is_alive(context));
  watch.reset();
  std::this_thread::sleep_for(50ms);
  CHECK(is_alive(context));
}
