// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/session.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/random.hpp"

namespace ferry {
namespace {

using frame::Prefix;
using frame::Type;

}  // namespace

WriterTools::WriterTools() {
  leaves.reserve(limits::granules_per_chunk);
  head.runs.reserve(limits::chunk_runs_max);
}

Session::Session(SessionKey key, SessionTarget& target, std::uint32_t streams,
                 std::uint32_t credit_chunks, Outbox outbox)
    : key_(std::move(key)),
      credit_(std::clamp(credit_chunks, 1U, limits::credit_chunks_max)),
      streams_(std::clamp(streams, 1U, limits::streams_max)),
      target_(target),
      outbox_(std::move(outbox)) {}

void Session::handle(const std::string& peer, const Prefix& prefix, std::span<std::byte> message,
                     WriterTools& tools) {
  const std::shared_lock open{gate_};
  if (closed_) return refuse(peer, prefix.stream, *closed_);
  if (prefix.stream >= streams_.size()) {
    return refuse(peer, prefix.stream, {Errc::transfer_refused, "no such stream", {}});
  }
  if (prefix.type == Type::hello) return greet(peer, prefix, message);
  auto& stream = streams_[prefix.stream];
  auto* link = find_link(stream, peer);
  if (link == nullptr) {
    return refuse(peer, prefix.stream,
                  {Errc::transfer_broken, "the connection was replaced during the pass", {}});
  }
  take_frame(stream, *link, prefix, message, tools);
}

void Session::greet(const std::string& peer, const Prefix& prefix,
                    std::span<const std::byte> message) {
  const std::scoped_lock lock{mutex_};
  const auto payload = open_greeting(key_, message);
  if (!payload) {
    ++stats_.rejected;
    return;
  }
  const auto hello = frame::parse_hello(*payload);
  if (!hello) {
    ++stats_.rejected;
    return;
  }
  if (stats_.failure) return refuse(peer, prefix.stream, *stats_.failure);
  if (hello->sealed != key_.sealed) {
    return refuse(peer, prefix.stream,
                  {Errc::sealing_required, "one end seals its frames, the other does not", {}});
  }
  if (const auto why = objection(*hello)) return refuse(peer, prefix.stream, *why);
  const frame::Welcome welcome{random_bytes(frame::salt_bytes), hello->salt, credit_};
  const auto salts = welcome.echo + welcome.salt;
  streams_[prefix.stream].pending =
      Link{.id = ++links_,
           .peer = peer,
           .in = LinkSeal{key_, prefix.stream, Direction::to_target, salts},
           .out = LinkSeal{key_, prefix.stream, Direction::to_source, salts},
           .end = {}};
  outbox_(peer,
          greeting(key_, {Type::welcome, key_.id, prefix.stream, 0}, frame::payload(welcome)));
}

Session::Link* Session::find_link(Stream& stream, const std::string& peer) {
  const std::scoped_lock lock{mutex_};
  if (stream.current && stream.current->peer == peer) return &*stream.current;
  if (stream.pending && stream.pending->peer == peer) return &*stream.pending;
  return nullptr;
}

void Session::take_frame(Stream& stream, Link& link, const Prefix& prefix,
                         std::span<std::byte> message, WriterTools& tools) {
  if (failed()) return fail_session({});  // tells the failure again
  std::uint64_t credit_end = 0;
  {
    const std::scoped_lock lock{mutex_};
    if (prefix.sequence < link.next_in) {
      ++stats_.replayed;
      return;
    }
    credit_end = link.told_written + credit_ + 1;
  }
  const auto payload = link.in.open(prefix, message);
  if (!payload) return drop_link(stream, link, prefix.stream, payload.error());
  if (prefix.sequence > link.next_in || prefix.sequence >= credit_end) {
    return drop_link(stream, link, prefix.stream,
                     {Errc::transfer_broken, "a frame was lost, or credit was exceeded", {}});
  }
  if (prefix.type != body_type() && prefix.type != Type::end) {
    return drop_link(stream, link, prefix.stream, {Errc::malformed, "unexpected frame type", {}});
  }
  if (auto done = take(link.id, prefix.type, *payload, tools); !done) {
    return fail_session(done.error());
  }
  const std::scoped_lock lock{mutex_};
  Link* now = &link;
  if (stream.pending && &*stream.pending == now) {
    stream.current = std::move(stream.pending);
    stream.pending.reset();
    now = &*stream.current;
  }
  ++now->next_in;
  stats_.wire_bytes += message.size();
  if (prefix.type == Type::end) now->end = now->next_in;
  taken(prefix.stream, *now);
}

bool Session::failed() const {
  const std::scoped_lock lock{mutex_};
  return stats_.failure.has_value();
}

void Session::refuse(const std::string& peer, std::uint32_t stream, const Error& error) {
  outbox_(peer, greeting(key_, {Type::refuse, key_.id, stream, 0}, frame::payload(error)));
}

void Session::drop_link(Stream& stream, Link& link, std::uint32_t number, const Error& error) {
  const std::scoped_lock lock{mutex_};
  ++stats_.rejected;
  send(number, link, Type::error, frame::payload(error));
  if (stream.pending && &*stream.pending == &link) {
    stream.pending.reset();
  } else {
    stream.current.reset();
  }
}

void Session::fail_session(const Error& error) {
  const trace::Scope scope{context_};
  const std::scoped_lock lock{mutex_};
  if (!stats_.failure) {
    stats_.failure = error;
    log::error("data session failed",
               {{"session", key_.id}, {"code", code_text(error.code)}, {"what", error.what}});
  }
  for (std::uint32_t number = 0; number < streams_.size(); ++number) {
    auto& stream = streams_[number];
    for (auto* link : {&stream.current, &stream.pending}) {
      if (*link) send(number, **link, Type::error, frame::payload(*stats_.failure));
    }
  }
}

Session::Link* Session::link_with(std::uint64_t id) {
  for (auto& stream : streams_) {
    for (auto* link : {&stream.current, &stream.pending}) {
      if (*link && (*link)->id == id) return &**link;
    }
  }
  return nullptr;
}

void Session::send(std::uint32_t stream, Link& link, Type type, const std::string& payload) {
  outbox_(link.peer, link.out.message({type, key_.id, stream, link.next_out++}, payload));
}

void Session::send_ack(std::uint32_t stream, Link& link) {
  if (stats_.failure) return;
  link.told_written = link.written;
  send(stream, link, Type::ack, frame::payload(frame::Ack{link.written, link.durable}));
}

void Session::note_durable(Link& link, std::uint64_t frames) {
  const bool ended = link.end && link.durable < *link.end && frames >= *link.end;
  link.durable = frames;
  if (ended) ++stats_.passes_ended;
}

void Session::close(const Error& why) {
  stop();
  const std::unique_lock alone{gate_};
  if (closed_) return;
  settle();
  closed_ = why;
  const std::scoped_lock lock{mutex_};
  for (std::uint32_t number = 0; number < streams_.size(); ++number) {
    if (auto& link = streams_[number].current; link) refuse(link->peer, number, why);
  }
}

void Session::keep_alive() {
  if (!busy_) return;
  const std::scoped_lock lock{mutex_};
  for (std::uint32_t number = 0; number < streams_.size(); ++number) {
    auto& link = streams_[number].current;
    if (!link || stats_.failure) continue;
    // Repeats the last figures: credit that was held back stays held back.
    send(number, *link, Type::ack, frame::payload(frame::Ack{link->told_written, link->durable}));
  }
}

SessionStats Session::stats() const {
  const std::scoped_lock lock{mutex_};
  return stats_;
}

}  // namespace ferry
