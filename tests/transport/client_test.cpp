// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The blocking client and connections that break under it.
#include "transport/client.hpp"

#include <optional>
#include <thread>

#include <doctest/doctest.h>
#include <zmq.hpp>

#include "messages/catalogue.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

/// A server that does what it is told with each request.
struct Server {
  KeyPair keys = make_key_pair();
  zmq::context_t context{1};
  std::optional<zmq::socket_t> socket;
  std::string endpoint = "tcp://127.0.0.1:*";

  Server() { open(); }
  void open() {
    socket.emplace(context, ZMQ_ROUTER);
    socket->set(zmq::sockopt::curve_server, 1);
    socket->set(zmq::sockopt::curve_secretkey, keys.secret_key);
    socket->set(zmq::sockopt::linger, 0);
    socket->bind(endpoint);
    endpoint = socket->get(zmq::sockopt::last_endpoint);
  }
  /// As when the connection is lost after the request was read.
  void lose_one() {
    zmq::message_t id;
    zmq::message_t frame;
    (void)socket->recv(id);
    (void)socket->recv(frame);
    socket->close();
    // The address is free once the context's thread has closed it.
    for (int i = 0; i < 100; ++i) {
      try {
        open();
        return;
      } catch (const zmq::error_t&) {
        std::this_thread::sleep_for(20ms);
      }
    }
  }
  void answer_one() {
    zmq::message_t id;
    zmq::message_t frame;
    socket->set(zmq::sockopt::rcvtimeo, 4000);
    if (!socket->recv(id) || !socket->recv(frame)) return;
    const auto opened = open_frame(frame.to_string_view());
    if (!opened) return;
    JobView view;
    view.id = "j-7";
    Envelope envelope;
    envelope.type = JobView::wire_name;
    envelope.reply_to = opened->envelope.id;
    const auto answer = make_frame(envelope, encode_record(JobView::wire_name, &view));
    socket->send(id, zmq::send_flags::sndmore);
    socket->send(zmq::buffer(answer), zmq::send_flags::none);
  }
};

Result<JobView> ask_over_broken_link(bool repeat) {
  Server server;
  Client client{{server.endpoint, server.keys.public_key, make_key_pair(), repeat}};
  std::jthread serving{[&server] {
    server.lose_one();
    server.answer_one();
  }};
  return client.ask<JobView>("jobs", GetJob{"j-7"}, 3s);
}

}  // namespace

TEST_CASE("a request that was lost with its connection is asked again over the next one") {
  const auto view = ask_over_broken_link(true);
  REQUIRE_MESSAGE(view.has_value(), (view ? "" : to_string(view.error())));
  CHECK(view->id == "j-7");
}

TEST_CASE("a request that may not be repeated is not") {
  const auto view = ask_over_broken_link(false);
  REQUIRE(!view);
  CHECK(view.error().code == Errc::timeout);
}
