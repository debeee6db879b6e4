// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/step_batch.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/clock.hpp"

namespace ferry {
namespace {

// A smaller piece of a large file costs more than it fills.
constexpr std::size_t least_piece = 128 * limits::kib;
// A source that lists or reads slowly must not keep the receiver idle.
constexpr std::int64_t old_ms = 50;

}  // namespace

StepBatch::~StepBatch() {
  if (buffer_ != nullptr) pool_.give_back(buffer_);
}

Result<> StepBatch::make_room(std::size_t bytes) {
  if (fill_ + bytes > limits::chunk_bytes) {
    if (auto done = flush(); !done) return done;
  }
  if (buffer_ != nullptr) return {};
  auto buffer = link_.take_buffer();
  if (!buffer) return fail(buffer.error());
  buffer_ = *buffer;
  begun_ms_ = steady_ms();
  return {};
}

Result<> StepBatch::add(frame::StepKind kind, std::uint64_t number, std::string_view bytes,
                        std::uint64_t settles) {
  if (auto made = make_room(frame::step_head_bytes + bytes.size()); !made) return made;
  auto* to = buffer_->data() + fill_;
  frame::put_step_head(kind, number, static_cast<std::uint32_t>(bytes.size()), to);
  std::memcpy(to + frame::step_head_bytes, bytes.data(), bytes.size());
  fill_ += frame::step_head_bytes + bytes.size();
  settles_ += settles;
  return {};
}

Result<std::span<std::byte>> StepBatch::room(std::uint64_t bytes) {
  const auto wanted =
      (std::min<std::uint64_t>(bytes, least_piece) + granule_bytes - 1) / granule_bytes;
  if (auto made = make_room(frame::step_head_bytes + wanted * granule_bytes); !made) {
    return fail(made.error());
  }
  const auto from = fill_ + frame::step_head_bytes;
  return std::span{buffer_->data() + from,
                   (limits::chunk_bytes - from) / granule_bytes * granule_bytes};
}

void StepBatch::add_piece(std::uint64_t offset, std::size_t bytes) {
  frame::put_step_head(frame::StepKind::piece, offset, static_cast<std::uint32_t>(bytes),
                       buffer_->data() + fill_);
  fill_ += frame::step_head_bytes + bytes;
  settles_ += bytes;
}

Result<> StepBatch::flush() {
  if (fill_ == 0) return {};
  const auto raw_bytes = static_cast<std::uint32_t>(std::exchange(fill_, 0));
  auto body = packer_.pack(link_, std::exchange(buffer_, nullptr), raw_bytes);
  if (!body) return fail(body.error());
  auto* head = body->buffer->data() - frame::steps_head_bytes;
  frame::put_steps_head({body->codec, raw_bytes, static_cast<std::uint32_t>(body->bytes)}, head);
  const auto size = frame::prefix_bytes + frame::steps_head_bytes + body->bytes + frame::tag_bytes;
  return link_.send(frame::Type::steps, body->buffer, head - frame::prefix_bytes, size,
                    std::exchange(settles_, 0));
}

Result<> StepBatch::flush_old() {
  return fill_ > 0 && steady_ms() - begun_ms_ >= old_ms ? flush() : Result<>{};
}

}  // namespace ferry
