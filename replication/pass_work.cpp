// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/pass_work.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "base/clock.hpp"

namespace ferry {

bool ChunkCursor::next(Work& work) {
  const std::scoped_lock lock{mutex_};
  const auto chunks = table_.chunks();
  if (chunk_ >= chunks) return false;
  while (extent_ < used_.size() &&
         used_[extent_].end() <= chunk_ * limits::chunk_bytes) {
    ++extent_;
  }
  if (!table_known_ || table_chunk_ < chunk_) {
    table_chunk_ = whole_ ? table_.next_chunk(chunk_).value_or(chunks) : chunks;
    table_known_ = true;
  }
  auto used_chunk = chunks;
  if (extent_ < used_.size()) {
    used_chunk = std::max(chunk_, used_[extent_].offset / limits::chunk_bytes);
  }
  work.chunk = std::min(used_chunk, table_chunk_);
  if (work.chunk >= chunks) {
    chunk_ = chunks;
    return false;
  }
  work.used.clear();
  const auto from = work.chunk * limits::chunk_bytes;
  const auto to = from + limits::chunk_bytes;
  for (auto i = extent_; i < used_.size() && used_[i].offset < to; ++i) {
    const auto first = std::max(from, used_[i].offset);
    const auto last = std::min(to, used_[i].end());
    if (first < last) work.used.push_back({first, last - first});
  }
  chunk_ = work.chunk + 1;
  return true;
}

int TokenBucket::take(std::uint64_t bytes, std::uint64_t mbps) {
  const std::scoped_lock lock{mutex_};
  const auto now = steady_us();
  const auto bytes_per_us = static_cast<double>(mbps) / 8;
  const auto elapsed = last_us_ == 0 ? 0.0 : static_cast<double>(now - last_us_);
  last_us_ = now;
  if (mbps == 0) {
    balance_ = 0;
    return 0;
  }
  // At most 50 ms of silence may be made up for.
  balance_ = std::min(balance_ + elapsed * bytes_per_us, 50'000 * bytes_per_us);
  if (balance_ < 0) return std::clamp(static_cast<int>(-balance_ / bytes_per_us / 1000), 1, 50);
  balance_ -= static_cast<double>(bytes);
  return 0;
}

FrameBuffer::FrameBuffer() : memory(static_cast<std::byte*>(std::aligned_alloc(4096, bytes))) {
  if (memory == nullptr) throw std::bad_alloc{};
}
FrameBuffer::~FrameBuffer() { std::free(memory); }

FrameBuffer* BufferPool::try_take() {
  const std::scoped_lock lock{mutex_};
  if (free_.empty()) {
    if (all_.size() >= max_) return nullptr;
    all_.push_back(std::make_unique<FrameBuffer>());
    return all_.back().get();
  }
  auto* buffer = free_.back();
  free_.pop_back();
  return buffer;
}

void BufferPool::give_back(FrameBuffer* buffer) {
  const std::scoped_lock lock{mutex_};
  free_.push_back(buffer);
}

}  // namespace ferry
