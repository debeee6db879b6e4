// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/random.hpp"

namespace ferry {
namespace {

using frame::Prefix;
using frame::Type;

constexpr std::chrono::milliseconds commit_delay{200};
// Beyond this, credit is held back until the disk has caught up.
constexpr std::uint64_t pending_bytes_max = 2 * limits::commit_bytes;
constexpr std::size_t salt_bytes = 16;

}  // namespace

WriterTools::WriterTools() {
  leaves.reserve(limits::granules_per_chunk);
  head.runs.reserve(limits::chunk_runs_max);
}

Session::Session(SessionKey key, TargetDisk& target, std::uint32_t streams,
                 std::uint32_t credit_chunks, Outbox outbox)
    : key_(std::move(key)),
      target_(target),
      credit_(std::clamp(credit_chunks, 1U, limits::credit_chunks_max)),
      outbox_(std::move(outbox)),
      streams_(std::clamp(streams, 1U, limits::streams_max)),
      committer_([this](const std::stop_token& stop) { run_commits(stop); }) {}

Session::~Session() { close({Errc::transfer_refused, "the session was closed", {}}); }

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
  take(stream, *link, prefix, message, tools);
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
  if (hello->disk_bytes != target_.bytes()) {
    return refuse(peer, prefix.stream,
                  {Errc::transfer_refused,
                   "the source has " + std::to_string(hello->disk_bytes) + " bytes, the target " +
                       std::to_string(target_.bytes()),
                   {}});
  }
  const frame::Welcome welcome{random_bytes(salt_bytes), hello->salt, credit_};
  const auto salts = welcome.echo + welcome.salt;
  streams_[prefix.stream].pending =
      Link{.peer = peer,
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

void Session::take(Stream& stream, Link& link, const Prefix& prefix, std::span<std::byte> message,
                   WriterTools& tools) {
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
  if (prefix.type != Type::chunk && prefix.type != Type::end) {
    return drop_link(stream, link, prefix.stream, {Errc::malformed, "unexpected frame type", {}});
  }
  if (prefix.type == Type::chunk) {
    if (auto done = take_chunk(*payload, tools); !done) return fail_session(done.error());
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
  if (prefix.type == Type::end) {
    now->end = now->next_in;
    end_waits_ = true;
  }
  const auto waiting = target_.pending_bytes();
  if (end_waits_ || waiting >= limits::commit_bytes) wake_.notify_one();
  if (waiting < pending_bytes_max) send_ack(prefix.stream, *now);
}

Result<> Session::take_chunk(std::span<const std::byte> payload, WriterTools& tools) {
  auto body = frame::parse_chunk(payload, target_.granules(), tools.head);
  if (!body) return fail(body.error());
  std::span<const std::byte> data = *body;
  if (tools.head.codec == frame::Codec::zstd) {
    tools.body.resize(limits::chunk_bytes);
    const std::span room{tools.body.data(), tools.head.raw_bytes};
    if (auto done = tools.decompressor.decompress(data, room); !done) return done;
    data = room;
  }
  tools.leaves.clear();
  for (std::size_t at = 0; at < data.size(); at += limits::granule_bytes) {
    tools.leaves.push_back(target_.hasher().leaf(data.data() + at));
  }
  if (target_.hasher().fold(tools.leaves) != tools.head.fold) {
    return fail(Errc::transfer_corrupt, "a chunk's data does not match the digest it came with");
  }
  if (auto done = target_.write(tools.head.runs, data, tools.leaves); !done) return done;
  const std::scoped_lock lock{mutex_};
  ++stats_.chunks;
  stats_.bytes_written += data.size();
  return {};
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
  outbox_(link.peer,
          link.out.message({Type::error, key_.id, number, link.next_out++}, frame::payload(error)));
  if (stream.pending && &*stream.pending == &link) {
    stream.pending.reset();
  } else {
    stream.current.reset();
  }
}

void Session::fail_session(const Error& error) {
  const std::scoped_lock lock{mutex_};
  if (!stats_.failure) {
    stats_.failure = error;
    log::error("data session failed",
               {{"session", key_.id}, {"code", code_text(error.code)}, {"what", error.what}});
  }
  for (std::uint32_t number = 0; number < streams_.size(); ++number) {
    auto& stream = streams_[number];
    for (auto* link : {&stream.current, &stream.pending}) {
      if (!*link) continue;
      outbox_((*link)->peer,
              (*link)->out.message({Type::error, key_.id, number, (*link)->next_out++},
                                   frame::payload(*stats_.failure)));
    }
  }
}

void Session::send_ack(std::uint32_t number, Link& link) {
  if (stats_.failure) return;
  link.told_written = link.next_in;
  outbox_(link.peer, link.out.message({Type::ack, key_.id, number, link.next_out++},
                                      frame::payload(frame::Ack{link.next_in, link.durable})));
}

void Session::run_commits(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, stop, commit_delay, [this] {
        return end_waits_ || target_.pending_bytes() >= limits::commit_bytes;
      });
      if (stats_.failure) end_waits_ = false;
      if (!end_waits_ && target_.pending_bytes() == 0) continue;
    }
    commit();
  }
}

void Session::commit() {
  std::vector<std::uint64_t> taken;
  std::uint64_t written = 0;
  {
    const std::scoped_lock lock{mutex_};
    end_waits_ = false;
    if (stats_.failure) return;
    for (const auto& stream : streams_)
      taken.push_back(stream.current ? stream.current->next_in : 0);
    written = stats_.bytes_written;
  }
  busy_ = true;
  const auto done = target_.commit();
  busy_ = false;
  if (!done) return fail_session(done.error());
  crash_point("target disk: data is durable, not told");
  const std::scoped_lock lock{mutex_};
  stats_.bytes_durable = written;
  for (std::uint32_t number = 0; number < streams_.size(); ++number) {
    auto& link = streams_[number].current;
    // A link that was replaced during the commit starts counting anew.
    if (!link || taken[number] > link->next_in || taken[number] <= link->durable) continue;
    link->durable = taken[number];
    if (link->end && link->durable >= *link->end) ++stats_.passes_ended;
    send_ack(number, *link);
  }
}

void Session::close(const Error& why) {
  committer_.request_stop();
  if (committer_.joinable()) committer_.join();
  const std::unique_lock alone{gate_};
  if (closed_) return;
  commit();
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
    outbox_(link->peer,
            link->out.message({Type::ack, key_.id, number, link->next_out++},
                              frame::payload(frame::Ack{link->told_written, link->durable})));
  }
}

SessionStats Session::stats() const {
  const std::scoped_lock lock{mutex_};
  return stats_;
}

}  // namespace ferry
