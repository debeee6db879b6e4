// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/client.hpp"

#include <cstring>

#include <zmq.hpp>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/trace.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge_sockets.hpp"

namespace ferry {
namespace {

namespace opt = zmq::sockopt;
constexpr int poll_ms = 100;
constexpr std::int64_t again_pause_ms = 500;

}  // namespace

struct Client::State {
  ClientOptions options;
  zmq::context_t context{1};
  zmq::socket_t socket;
  zmq::socket_t monitor;
  std::uint64_t next_id = 1;
  std::uint64_t sockets = 0;
  bool connected = false;  // TCP
  bool broken = false;     // after it was connected
  std::uint64_t handshakes = 0;

  explicit State(ClientOptions o) : options(std::move(o)) { open(); }
  ~State() { zmq_socket_monitor(socket.handle(), nullptr, 0); }

  void open() {
    if (sockets > 0) zmq_socket_monitor(socket.handle(), nullptr, 0);
    socket = zmq::socket_t{context, ZMQ_DEALER};
    set_link_options(socket);
    socket.set(opt::curve_publickey, options.keys.public_key);
    socket.set(opt::curve_secretkey, options.keys.secret_key);
    socket.set(opt::curve_serverkey, options.server_key);
    const auto address = "inproc://monitor" + std::to_string(++sockets);
    constexpr int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                           ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                           ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
    zmq_socket_monitor(socket.handle(), address.c_str(), events);
    monitor = zmq::socket_t{context, ZMQ_PAIR};
    monitor.set(opt::linger, 0);
    monitor.connect(address);
    socket.connect(options.endpoint);
    broken = false;
  }

  void read_monitor() {
    zmq::message_t event;
    zmq::message_t address;
    while (monitor.recv(event, zmq::recv_flags::dontwait)) {
      if (event.more()) (void)monitor.recv(address, zmq::recv_flags::none);
      if (event.size() < 2) continue;
      std::uint16_t number = 0;
      std::memcpy(&number, event.data(), sizeof number);
      if (number == ZMQ_EVENT_CONNECTED) {
        connected = true;
      } else if (number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
        ++handshakes;
      } else {
        broken = true;
      }
    }
  }

  [[nodiscard]] Error silence(std::chrono::milliseconds timeout) {
    read_monitor();
    if (!connected) {
      return {Errc::unreachable, "nobody listens at " + options.endpoint, {}};
    }
    if (handshakes == 0) {
      return {Errc::unreachable, options.endpoint + " has another key than expected",
              "use a code or key file of this very controller"};
    }
    return {Errc::timeout,
            options.endpoint + " did not answer within " + std::to_string(timeout.count()) + " ms",
            {}};
  }
};

Client::Client(ClientOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Result<> Client::exchange(const std::string& path, std::string_view type, const void* request,
                          std::string_view answer_type, void* answer,
                          std::chrono::milliseconds timeout, const std::stop_token& stop) {
  Envelope envelope;
  envelope.type = type;
  envelope.id = state_->next_id++;
  envelope.to = path;
  envelope.trace = trace::traceparent(trace::current());
  const auto frame = make_frame(envelope, encode_record(type, request));
  if (!state_->socket.send(zmq::buffer(frame), zmq::send_flags::dontwait)) {
    return fail(state_->silence(timeout));
  }
  const auto deadline = steady_ms() + timeout.count();
  auto again_ms = steady_ms();
  while (steady_ms() < deadline) {
    if (stop.stop_requested()) return fail(Errc::canceled, "stopped while waiting for an answer");
    zmq::pollitem_t item{state_->socket, 0, ZMQ_POLLIN, 0};
    zmq::poll(&item, 1, std::chrono::milliseconds{poll_ms});
    state_->read_monitor();
    if (state_->options.repeat && state_->broken && steady_ms() >= again_ms) {
      // libzmq connects again by itself after some errors, but not after a broken frame.
      state_->open();
      (void)state_->socket.send(zmq::buffer(frame), zmq::send_flags::dontwait);
      again_ms = steady_ms() + again_pause_ms;
    }
    zmq::message_t message;
    if (!state_->socket.recv(message, zmq::recv_flags::dontwait)) continue;
    if (message.more())
      return fail(Errc::malformed, "multipart answer from " + state_->options.endpoint);
    auto opened = open_frame(message.to_string_view());
    if (!opened) return fail(opened.error());
    if (auto same = check_version(opened->envelope.version); !same) return fail(same.error());
    if (opened->envelope.reply_to != envelope.id) continue;  // late answer to an earlier request
    if (opened->envelope.type == answer_type)
      return decode_record(answer_type, opened->body, answer);
    auto failure = decode_body<Failure>(opened->body);
    if (opened->envelope.type != Failure::wire_name || !failure) {
      return fail(Errc::malformed, "unexpected answer " + opened->envelope.type);
    }
    return fail(static_cast<Errc>(failure->code), failure->what, failure->fix);
  }
  return fail(state_->silence(timeout));
}

}  // namespace ferry
