// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bus/socket.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "transport/authenticator.hpp"

namespace ferry {
namespace {

namespace opt = zmq::sockopt;

constexpr int send_buffer_bytes = 128 * limits::kib;
constexpr int frames_per_turn_max = 1000;  // so that answers and events are not starved

/// Ids that the socket gives begin with a zero byte and can't be foreseen. One that a client has
/// chosen may be chosen by the next one, too, which would then be sent what is meant for the first.
bool is_given(const std::string& routing_id) {
  return routing_id.size() == 5 && routing_id.front() == 0;
}

std::string address_of(zmq::message_t& frame) {
  const char* address = zmq_msg_gets(frame.handle(), "Peer-Address");
  return address != nullptr ? std::string{address} : std::string{};
}

}  // namespace

BusSocket::BusSocket(BusDesk& desk)
    : desk_(desk), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Result<> BusSocket::listen(const std::string& endpoint, const std::string& secret_key) {
  try {
    authenticator_ = open_authenticator(context_);
    router_ = {context_, ZMQ_ROUTER};
    router_.set(opt::curve_server, true);
    router_.set(opt::curve_secretkey, secret_key);
    router_.set(opt::zap_domain, "edgeferry-bus");
    router_.set(opt::router_mandatory, true);
    router_.set(opt::maxmsgsize, static_cast<std::int64_t>(limits::bus_request_bytes_max));
    router_.set(opt::sndhwm, limits::bus_unread_messages_max);
    router_.set(opt::rcvhwm, limits::bus_unread_messages_max);
    // What the kernel keeps for a client that reads nothing is bounded, too.
    router_.set(opt::sndbuf, send_buffer_bytes);
    router_.set(opt::linger, static_cast<int>(limits::bus_farewell.count()));
    router_.set(opt::heartbeat_ivl, 1000);
    router_.set(opt::heartbeat_timeout, 5000);
    router_.set(opt::handshake_ivl, 5000);
    router_.bind(endpoint);
    return {};
  } catch (const zmq::error_t& error) {
    const auto code = error.num() == EADDRINUSE ? Errc::address_in_use : Errc::invalid_argument;
    return fail(code, "the message bus can't listen on " + endpoint + ": " + error.what());
  }
}

void BusSocket::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    poll_once();
    run_posted();
    send_unsent();
    look_for_news();
    feed_followers();
    tell_alive();
    clients_.forget_silent(steady_ms());
  }
  calls_.finish();
  reads_.finish();
  run_posted();
}

void BusSocket::poll_once() {
  std::vector<zmq::pollitem_t> items{{nullptr, wake_.get(), ZMQ_POLLIN, 0},
                                     {authenticator_, 0, ZMQ_POLLIN, 0},
                                     {router_, 0, ZMQ_POLLIN, 0}};
  try {
    zmq::poll(items, limits::bus_turn);
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
  authenticate_one(authenticator_);
  for (int i = 0; i < frames_per_turn_max && receive_one(); ++i) {
  }
}

bool BusSocket::receive_one() {
  zmq::message_t routing_id;
  zmq::message_t frame;
  if (!router_.recv(routing_id, zmq::recv_flags::dontwait)) return false;
  if (!routing_id.more() || !router_.recv(frame, zmq::recv_flags::none)) return true;
  const BusOrigin from{routing_id.to_string(), sender_key(frame), address_of(frame)};
  if (frame.more()) {
    drop_rest(router_, frame);
    refuse(from, 0, {Errc::malformed, "a message is one frame", "use a DEALER socket"});
  } else if (const auto wait_ms = requests_.take(from.address, steady_ms()); wait_ms > 0) {
    refuse(from, 0,
           {Errc::too_many_requests, "this address sends too many requests",
            "wait for " + std::to_string(wait_ms) + " ms"});
  } else if (!is_given(from.link)) {
    refuse(
        from, 0,
        {Errc::invalid_argument, "the socket has a routing id of its own", "leave it to the bus"});
  } else {
    handle(from, frame.to_string_view());
  }
  return true;
}

void BusSocket::post(std::function<void()> done) {
  {
    const std::lock_guard lock{mutex_};
    posted_.push_back(std::move(done));
  }
  const std::uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);
}

void BusSocket::run_posted() {
  std::uint64_t count = 0;
  (void)!::read(wake_.get(), &count, sizeof count);
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock{mutex_};
    posted.swap(posted_);
  }
  for (const auto& done : posted) done();
}

BusSocket::Sent BusSocket::send(const std::string& link, std::string_view frame) {
  try {
    const auto head = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
    if (!router_.send(zmq::buffer(link), head)) return Sent::full;
    return router_.send(zmq::buffer(frame), zmq::send_flags::dontwait) ? Sent::done : Sent::full;
  } catch (const zmq::error_t& error) {
    if (error.num() != EHOSTUNREACH) throw;
    return Sent::gone;
  }
}

void BusSocket::tell(BusClient& client, std::string frame) {
  const auto sent = client.unsent.empty() ? send(client.from.link, frame) : Sent::full;
  if (sent == Sent::done) return;
  if (sent == Sent::full && client.unsent.size() < limits::bus_unsent_max) {
    client.unsent.push_back(std::move(frame));
    return;
  }
  log::info("bus client is gone, or reads nothing, and is forgotten",
            {{"key", client.user.access_key}, {"client", client.from.address}});
  clients_.forget(std::string{client.from.link});
}

void BusSocket::send_unsent() {
  auto& all = clients_.all();
  for (auto entry = all.begin(); entry != all.end();) {
    auto& [link, client] = *entry;
    auto sent = Sent::done;
    while (!client.unsent.empty() && sent == Sent::done) {
      sent = send(link, client.unsent.front());
      if (sent == Sent::done) client.unsent.pop_front();
    }
    entry = sent == Sent::gone ? all.erase(entry) : std::next(entry);
  }
}

void BusSocket::refuse(const BusOrigin& from, std::uint64_t id, const Error& error) {
  auto frame = bus_refusal(id, error);
  if (auto* client = clients_.find(from)) return tell(*client, std::move(frame));
  (void)send(from.link, frame);
}

}  // namespace ferry
