// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/sender_link.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace ferry {
namespace {

using frame::Prefix;
using frame::Type;

constexpr int tick_ms = 50;
constexpr int connect_tick_ms = 2;
constexpr std::int64_t hello_again_ms = 1000;
// A rest that is confirmed late says nothing about the network.
constexpr int in_network_bytes_min = 128 * 1024;

struct Lent {
  BufferPool* pool;
  FrameBuffer* buffer;
};

/// Called by ZeroMQ's own thread once the frame is with the kernel.
void give_back(void*, void* hint) {
  const std::unique_ptr<Lent> lent{static_cast<Lent*>(hint)};
  lent->pool->give_back(lent->buffer);
}

}  // namespace

SenderLink::SenderLink(const ZmqContext& context, PassShared& pass, std::uint32_t stream,
                       BufferPool& pool, TakeReply take_reply)
    : pass_(pass),
      stream_(stream),
      pool_(pool),
      take_reply_(std::move(take_reply)),
      socket_(context, ZMQ_DEALER),
      clock_(pass.progress.times) {
  socket_.set(ZMQ_IMMEDIATE, 1);
  socket_.set(ZMQ_SNDHWM, static_cast<int>(limits::credit_chunks_max + 2));
  socket_.set(ZMQ_RCVHWM, 1000);
  socket_.set(ZMQ_MAXMSGSIZE, std::int64_t{limits::data_reply_bytes_max});
  // A heartbeat waits behind the MiB before it, so its limits must leave slow
  // links the time for one.
  const auto stall = static_cast<int>(pass.settings.stall_timeout.count());
  socket_.set(ZMQ_HEARTBEAT_IVL, std::max(stall / 3, 100));
  socket_.set(ZMQ_HEARTBEAT_TIMEOUT, stall);
  socket_.set(ZMQ_RECONNECT_IVL, 50);
  socket_.set(ZMQ_RECONNECT_IVL_MAX, 2000);
  const auto events = "inproc://events-" + std::to_string(stream);
  zmq_socket_monitor(socket_.get(), events.c_str(), ZMQ_EVENT_CONNECTED | ZMQ_EVENT_DISCONNECTED);
  monitor_ = ZmqSocket{context, ZMQ_PAIR};
  zmq_connect(monitor_.get(), events.c_str());
}

/// The monitor ends before its reader: libzmq's thread would wait for ever to tell it of a
/// connection that breaks now, and whoever closes the context for that thread.
SenderLink::~SenderLink() { zmq_socket_monitor(socket_.get(), nullptr, 0); }

std::string SenderLink::name() const {
  return "stream " + std::to_string(stream_) + " to " + pass_.settings.endpoint;
}

Result<> SenderLink::connect() {
  if (zmq_connect(socket_.get(), pass_.settings.endpoint.c_str()) != 0) {
    return fail(Errc::invalid_argument,
                "connect to " + pass_.settings.endpoint + ": " + zmq_strerror(errno));
  }
  progress_ms_ = steady_ms();
  const auto begun = progress_ms_;
  auto said = begun - hello_again_ms;
  while (credit_ == 0) {
    const auto now = steady_ms();
    if (now - begun > pass_.settings.stall_timeout.count()) {
      return fail(Errc::transfer_broken, name() + ": no answer");
    }
    if (now - said >= hello_again_ms) {
      // While there is no connection yet, the next round tries again.
      if (say_hello()) said = now;
    }
    if (auto done = pump(connect_tick_ms); !done) return done;
  }
  progress_ms_ = steady_ms();
  return {};
}

bool SenderLink::say_hello() {
  const auto& key = pass_.settings.key;
  salt_ = random_bytes(frame::salt_bytes);
  const auto bytes = greeting(key, {Type::hello, key.id, stream_, 0},
                              frame::payload(frame::Hello{salt_, pass_.disk_bytes, key.sealed}));
  return zmq_send(socket_.get(), bytes.data(), bytes.size(), ZMQ_DONTWAIT) >= 0;
}

Result<FrameBuffer*> SenderLink::take_buffer() {
  for (;;) {
    if (auto* buffer = pool_.try_take()) return buffer;
    waited_ = true;
    if (auto done = await_receiver(tick_ms / 10); !done) return fail(done.error());
  }
}

Result<> SenderLink::send(Type type, FrameBuffer* buffer, std::byte* start, std::size_t size,
                          std::uint64_t settles, std::vector<Extent> where) {
  if (auto done = wait_turn(size); !done) {
    pool_.give_back(buffer);
    return done;
  }
  out_->seal({type, pass_.settings.key.id, stream_, sent_}, {start, size});
  ZmqMessage message;
  zmq_msg_init_data(message.get(), start, size, give_back, new Lent{&pool_, buffer});
  if (under_way_.empty()) progress_ms_ = steady_ms();
  under_way_.push_back({sent_++, settles, size, std::move(where)});
  pass_.progress.wire_bytes += size;
  pass_.progress.unconfirmed_bytes += size;
  return submit(message);
}

Result<> SenderLink::submit(ZmqMessage& message) {
  while (zmq_msg_send(message.get(), socket_.get(), ZMQ_DONTWAIT) < 0) {
    if (errno != EAGAIN && errno != EINTR) {
      return fail(Errc::transfer_broken, name() + ": " + zmq_strerror(errno));
    }
    if (auto done = await_receiver(tick_ms); !done) return done;
  }
  return {};
}

Result<> SenderLink::wait_turn(std::size_t bytes) {
  if (auto done = pump(0); !done) return done;
  while (sent_ - written_ >= credit_) {
    waited_ = true;
    if (auto done = await_receiver(tick_ms); !done) return done;
  }
  for (;;) {
    int wait_ms = tick_ms;
    if (!pass_.control.paused) {
      wait_ms = pass_.bucket.take(bytes, pass_.control.bandwidth_mbps);
      if (wait_ms == 0) return {};
    }
    waited_ = true;
    const InStage limited{clock_, Stage::limit};
    if (auto done = pump(wait_ms); !done) return done;
  }
}

Result<> SenderLink::wait() {
  waited_ = true;
  return await_receiver(tick_ms);
}

Result<> SenderLink::finish() {
  auto buffer = take_buffer();
  if (!buffer) return fail(buffer.error());
  constexpr auto size = frame::prefix_bytes + frame::tag_bytes;
  if (auto done = send(Type::end, *buffer, (*buffer)->memory, size, 0); !done) return done;
  while (durable_ < sent_) {
    // What is durable stays so, also if the receiver ends the session right behind it.
    if (auto done = await_receiver(tick_ms); !done && durable_ < sent_) return done;
  }
  return {};
}

Result<> SenderLink::await_receiver(int wait_ms) {
  const InStage waiting{clock_, is_received() ? Stage::target : Stage::network};
  return pump(wait_ms);
}

/// Whether the kernel of the other side has all that was sent. It takes what the receiver has room
/// for, and credit lets nothing be sent that it has no room for.
bool SenderLink::is_received() const {
  int waiting = 0;
  return connection_ >= 0 && ioctl(connection_, SIOCOUTQ, &waiting) == 0 &&
         waiting < in_network_bytes_min;
}

/// Takes what ZeroMQ says about the connection. Returns whether it has ended.
bool SenderLink::take_events() {
  struct [[gnu::packed]] Event {
    std::uint16_t what;
    std::int32_t value;
  };
  bool ended = false;
  for (ZmqMessage message; zmq_msg_recv(message.get(), monitor_.get(), ZMQ_DONTWAIT) >= 0;) {
    Event event{};
    const auto bytes = message.bytes();
    if (!message.more() || bytes.size() != sizeof event) continue;  // its second part, an address
    std::memcpy(&event, bytes.data(), sizeof event);
    connection_ = event.what == ZMQ_EVENT_CONNECTED ? event.value : -1;
    ended = ended || event.what == ZMQ_EVENT_DISCONNECTED;
  }
  return ended;
}

Result<> SenderLink::pump(int wait_ms) {
  if (pass_.stop.stop_requested()) return fail(Errc::canceled, "the pass was stopped");
  if (pass_.failed) return fail(Errc::canceled, "another stream failed");
  zmq_pollitem_t items[] = {{socket_.get(), 0, ZMQ_POLLIN, 0}, {monitor_.get(), 0, ZMQ_POLLIN, 0}};
  if (wait_ms > 0) zmq_poll(items, 2, wait_ms);
  for (ZmqMessage message; zmq_msg_recv(message.get(), socket_.get(), ZMQ_DONTWAIT) >= 0;) {
    if (auto done = take_message(message); !done) return done;
  }
  if ((items[1].revents & ZMQ_POLLIN) != 0 && take_events() && credit_ != 0) {
    return fail(Errc::transfer_broken, name() + ": the connection ended");
  }
  const auto silent_ms = steady_ms() - progress_ms_;
  if (!under_way_.empty() && silent_ms > pass_.settings.stall_timeout.count()) {
    return fail(Errc::transfer_broken,
                name() + ": no acknowledgement for " + std::to_string(silent_ms) + " ms");
  }
  return {};
}

Result<> SenderLink::take_message(ZmqMessage& message) {
  const auto prefix = frame::parse_prefix(message.bytes());
  if (!prefix) return fail(prefix.error());
  if (prefix->session != pass_.settings.key.id || prefix->stream != stream_) {
    return fail(Errc::malformed, name() + ": answer for another stream");
  }
  if (prefix->type == Type::welcome || prefix->type == Type::refuse) {
    return take_greeting(*prefix, message.bytes());
  }
  if (!in_ || prefix->sequence < next_in_) return {};  // of an earlier hello, or a replay
  const auto payload = in_->open(*prefix, message.bytes());
  if (!payload) return fail(payload.error());
  next_in_ = prefix->sequence + 1;
  if (prefix->type == Type::ack) {
    const auto ack = frame::parse_ack(*payload);
    return ack ? take_ack(*ack) : fail(ack.error());
  }
  if (prefix->type == Type::error) {
    const auto error = frame::parse_error(*payload);
    return error ? fail(*error) : fail(error.error());
  }
  if (!take_reply_) return fail(Errc::malformed, name() + ": unexpected frame");
  return take_reply_(prefix->type, *payload);
}

Result<> SenderLink::take_greeting(const Prefix& prefix, std::span<const std::byte> message) {
  const auto& key = pass_.settings.key;
  const auto payload = open_greeting(key, message);
  if (!payload) {
    // The receiver has no key for a session it never knew, so this is a hint only.
    return fail(Errc::transfer_refused, name() + ": the receiver does not know this session");
  }
  if (prefix.type == Type::refuse) {
    const auto error = frame::parse_error(*payload);
    return error ? fail(*error) : fail(error.error());
  }
  const auto welcome = frame::parse_welcome(*payload);
  if (!welcome) return fail(welcome.error());
  if (credit_ != 0 || welcome->echo != salt_) return {};  // of an earlier hello
  const auto salts = salt_ + welcome->salt;
  out_.emplace(key, stream_, Direction::to_target, salts);
  in_.emplace(key, stream_, Direction::to_source, salts);
  credit_ = welcome->credit_chunks;
  return {};
}

Result<> SenderLink::take_ack(const frame::Ack& ack) {
  if (ack.written > sent_ || ack.written < written_ || ack.durable < durable_) {
    return fail(Errc::malformed, name() + ": acknowledgement of frames never sent");
  }
  progress_ms_ = steady_ms();
  written_ = ack.written;
  durable_ = ack.durable;
  while (!under_way_.empty() && under_way_.front().sequence < durable_) {
    const auto& frame = under_way_.front();
    pass_.progress.bytes_durable += frame.settles;
    pass_.progress.unconfirmed_bytes -= frame.size;
    for (const auto& extent : frame.where) pass_.progress.map.add(extent.offset, extent.length);
    under_way_.pop_front();
  }
  return {};
}

}  // namespace ferry
