// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/disk_session.hpp"

#include <chrono>
#include <utility>

#include "base/crash_point.hpp"

namespace ferry {
namespace {

using frame::Type;

// Beyond this, credit is held back until the disk has caught up.
constexpr std::uint64_t pending_bytes_max = 2 * limits::commit_bytes;

}  // namespace

DiskSession::DiskSession(SessionKey key, TargetDisk& target, std::uint32_t streams,
                         std::uint32_t credit_chunks, Outbox outbox)
    : Session(std::move(key), target, streams, credit_chunks, std::move(outbox)),
      disk_(target),
      committer_([this](const std::stop_token& stop) { run_commits(stop); }) {}

DiskSession::~DiskSession() { close({Errc::transfer_refused, "the session was closed", {}}); }

std::optional<Error> DiskSession::objection(const frame::Hello& hello) const {
  if (hello.disk_bytes == disk_.bytes()) return std::nullopt;
  return Error{Errc::transfer_refused,
               "the source has " + std::to_string(hello.disk_bytes) + " bytes, the target " +
                   std::to_string(disk_.bytes()),
               {}};
}

void DiskSession::taken(std::uint32_t stream, Link& link) {
  link.written = link.next_in;
  if (link.end == link.next_in) end_waits_ = true;
  const auto waiting = disk_.pending_bytes();
  if (end_waits_ || waiting >= limits::commit_bytes) wake_.notify_one();
  if (waiting < pending_bytes_max) send_ack(stream, link);
}

Result<> DiskSession::take(std::uint64_t /*link*/, Type type, std::span<const std::byte> payload,
                           WriterTools& tools) {
  if (type == Type::end) return {};
  auto body = frame::parse_chunk(payload, disk_.granules(), tools.head);
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
    tools.leaves.push_back(disk_.hasher().leaf(data.data() + at));
  }
  if (disk_.hasher().fold(tools.leaves) != tools.head.fold) {
    return fail(Errc::transfer_corrupt, "a chunk's data does not match the digest it came with");
  }
  if (auto done = disk_.write(tools.head.runs, data, tools.leaves); !done) return done;
  const std::scoped_lock lock{mutex_};
  ++stats_.chunks;
  stats_.bytes_written += data.size();
  return {};
}

void DiskSession::run_commits(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock{mutex_};
      wake_.wait_for(lock, stop, commit_delay, [this] {
        return end_waits_ || disk_.pending_bytes() >= limits::commit_bytes;
      });
      if (stats_.failure) end_waits_ = false;
      if (!end_waits_ && disk_.pending_bytes() == 0) continue;
    }
    commit();
  }
}

void DiskSession::commit() {
  std::vector<std::uint64_t> frames;
  std::uint64_t written = 0;
  {
    const std::scoped_lock lock{mutex_};
    end_waits_ = false;
    if (stats_.failure) return;
    for (const auto& stream : streams_)
      frames.push_back(stream.current ? stream.current->next_in : 0);
    written = stats_.bytes_written;
  }
  busy_ = true;
  const auto done = disk_.commit();
  busy_ = false;
  if (!done) return fail_session(done.error());
  crash_point("target disk: data is durable, not told");
  const std::scoped_lock lock{mutex_};
  stats_.bytes_durable = written;
  for (std::uint32_t number = 0; number < streams_.size(); ++number) {
    auto& link = streams_[number].current;
    // A link that was replaced during the commit starts counting anew.
    if (!link || frames[number] > link->next_in || frames[number] <= link->durable) continue;
    note_durable(*link, frames[number]);
    send_ack(number, *link);
  }
}

void DiskSession::stop() {
  committer_.request_stop();
  if (committer_.joinable()) committer_.join();
}

}  // namespace ferry
