// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/sender_stream.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace ferry {
namespace {

// Reads into a smaller rest of the buffer would cost more than they fill.
constexpr std::size_t least_room = 128 * limits::kib;

}  // namespace

SenderStream::SenderStream(const ZmqContext& context, BlockPass& pass, std::uint32_t number,
                           BufferPool& pool)
    : pass_(pass),
      pool_(pool),
      link_(context, pass, number, pool),
      hasher_(pass.settings.digest_key),
      packer_(pass, pool) {
  head_.runs.reserve(limits::chunk_runs_max);
  gathered_.reserve(limits::granules_per_chunk);
}

SenderStream::~SenderStream() {
  if (buffer_ != nullptr) pool_.give_back(buffer_);
}

Result<> SenderStream::run() {
  if (auto done = link_.connect(); !done) return done;
  ChunkCursor::Work work;
  while (pass_.cursor.next(work)) {
    if (pass_.stop.stop_requested()) return fail(Errc::canceled, "the pass was stopped");
    if (auto done = examine(work); !done) return done;
  }
  if (auto done = flush(); !done) return done;
  return link_.finish();
}

Result<> SenderStream::examine(const ChunkCursor::Work& work) {
  const auto first = work.chunk * limits::granules_per_chunk;
  const auto count = static_cast<std::size_t>(
      std::min<std::uint64_t>(limits::granules_per_chunk, pass_.table.granules() - first));
  if (auto done = pass_.table.get(first, std::span{known_}.first(count)); !done) return done;
  changed_ = false;
  for (const auto& extent : work.used) {
    if (auto done = examine_extent(extent, first); !done) return done;
  }
  note_equal(0, 0);
  if (pass_.settings.whole) {
    if (auto done = free_unused(work, first, count); !done) return done;
  }
  if (!changed_) return {};
  return pass_.table.put(first, std::span{known_}.first(count));
}

Result<> SenderStream::examine_extent(const Extent& extent, std::uint64_t first_granule) {
  const auto end = extent.offset + extent.length;
  for (auto at = extent.offset; at < end;) {
    if (auto done = make_room(); !done) return done;
    const auto length = std::min<std::uint64_t>(end - at, limits::chunk_bytes - fill_);
    auto* from = buffer_->data() + fill_;
    {
      const InStage reading{link_.clock(), Stage::source_disk};
      if (auto done = pass_.read(at, {from, length}); !done) return done;
    }
    pass_.progress.bytes_read += length;
    const auto granules = (length + granule_bytes - 1) / granule_bytes;
    std::memset(from + length, 0, granules * granule_bytes - length);
    for (std::uint64_t i = 0; i < granules; ++i) {
      const auto granule = at / granule_bytes + i;
      if (head_.runs.size() == limits::chunk_runs_max) {
        // Rare: what was read already moves to the front of the next frame.
        auto taken = link_.take_buffer();
        if (!taken) return fail(taken.error());
        auto* next = *taken;
        const auto rest = (granules - i) * granule_bytes;
        std::memcpy(next->data(), from + i * granule_bytes, rest);
        if (auto done = flush(); !done) {
          pool_.give_back(next);
          return done;
        }
        if (buffer_ != nullptr) pool_.give_back(buffer_);
        buffer_ = next;
        from = next->data() - i * granule_bytes;
      }
      compare(granule, static_cast<std::size_t>(granule - first_granule), from + i * granule_bytes);
    }
    at += length;
  }
  return {};
}

void SenderStream::compare(std::uint64_t granule, std::size_t in_chunk, const std::byte* from) {
  const auto leaf = hasher_.leaf(from);
  auto& known = known_.at(in_chunk);
  if (leaf == known) {
    (leaf.zero() ? pass_.progress.bytes_skipped_zero : pass_.progress.bytes_skipped_equal) +=
        granule_bytes;
    pass_.progress.bytes_durable += granule_bytes;
    note_equal(granule * granule_bytes, granule_bytes);
    return;
  }
  known = leaf;
  changed_ = true;
  settles_ += granule_bytes;
  add_run(granule, leaf.zero());
  if (leaf.zero()) {
    pass_.progress.bytes_zeroed += granule_bytes;
    return;
  }
  auto* to = buffer_->data() + fill_;
  if (to != from) std::memmove(to, from, granule_bytes);
  fill_ += granule_bytes;
  gathered_.push_back(leaf);
}

/// In runs, for each granule by itself would cost more than its comparison.
void SenderStream::note_equal(std::uint64_t offset, std::uint64_t bytes) {
  if (bytes != 0 && equal_.end() == offset) {
    equal_.length += bytes;
    return;
  }
  pass_.progress.map.add(equal_.offset, equal_.length);
  equal_ = {offset, bytes};
}

void SenderStream::add_run(std::uint64_t granule, bool zero) {
  if (!head_.runs.empty()) {
    auto& last = head_.runs.back();
    if (last.zero == zero && last.granule + last.count == granule &&
        last.count < frame::run_granules_max) {
      ++last.count;
      return;
    }
  }
  head_.runs.push_back({granule, 1, zero});
}

Result<> SenderStream::free_unused(const ChunkCursor::Work& work, std::uint64_t first,
                                   std::size_t count) {
  std::size_t extent = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (known_.at(i).zero()) continue;
    const auto offset = (first + i) * granule_bytes;
    while (extent < work.used.size() &&
           work.used[extent].offset + work.used[extent].length <= offset) {
      ++extent;
    }
    if (extent < work.used.size() && work.used[extent].offset <= offset) continue;
    if (head_.runs.size() == limits::chunk_runs_max) {
      if (auto done = flush(); !done) return done;
    }
    known_.at(i) = {};
    changed_ = true;
    add_run(first + i, true);
    settles_ += granule_bytes;
    pass_.progress.bytes_total += granule_bytes;
    pass_.progress.bytes_zeroed += granule_bytes;
  }
  return {};
}

Result<> SenderStream::make_room() {
  if (limits::chunk_bytes - fill_ < least_room) {
    if (auto done = flush(); !done) return done;
  }
  if (buffer_ != nullptr) return {};
  auto buffer = link_.take_buffer();
  if (!buffer) return fail(buffer.error());
  buffer_ = *buffer;
  return {};
}

Result<> SenderStream::flush() {
  if (head_.runs.empty()) return {};
  if (buffer_ == nullptr) {
    if (auto done = make_room(); !done) return done;
  }
  head_.raw_bytes = static_cast<std::uint32_t>(fill_);
  head_.fold = hasher_.fold(gathered_);
  auto body = packer_.pack(link_, std::exchange(buffer_, nullptr), fill_);
  if (!body) return fail(body.error());
  head_.codec = body->codec;
  return send_body(body->bytes, body->buffer);
}

Result<> SenderStream::send_body(std::size_t stored, FrameBuffer* body) {
  head_.stored_bytes = static_cast<std::uint32_t>(stored);
  const auto head_bytes = frame::chunk_head_bytes(head_);
  auto* start = body->data() - head_bytes - frame::prefix_bytes;
  frame::put_chunk_head(head_, body->data() - head_bytes);
  const auto size = frame::prefix_bytes + head_bytes + stored + frame::tag_bytes;
  const auto settles = settles_;
  std::vector<Extent> where;
  for (const auto& run : head_.runs) {
    where.push_back({run.granule * granule_bytes, run.count * granule_bytes});
  }
  head_.runs.clear();
  gathered_.clear();
  fill_ = 0;
  settles_ = 0;
  return link_.send(frame::Type::chunk, body, start, size, settles, std::move(where));
}

}  // namespace ferry
