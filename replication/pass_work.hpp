// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the streams of one pass share: the cursor over the chunks to examine, the
// bandwidth limit, the buffers, and the first error.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "replication/digest_table.hpp"
#include "replication/pass.hpp"

namespace ferry {

/// Hands out the chunks that are in use or, in a pass of the whole disk, that the table knows
/// as data, each once, in ascending order.
class ChunkCursor {
 public:
  ChunkCursor(std::span<const Extent> used, const DigestTable& table, bool whole)
      : used_(used), table_(table), whole_(whole) {}

  struct Work {
    std::uint64_t chunk = 0;
    std::vector<Extent> used;  // the part of it that is in use
  };
  /// Fills `work`, false at the end.
  [[nodiscard]] bool next(Work& work);

 private:
  std::span<const Extent> used_;
  const DigestTable& table_;
  const bool whole_;
  std::mutex mutex_;
  std::uint64_t chunk_ = 0;
  std::size_t extent_ = 0;         // the first that ends beyond chunk_
  std::uint64_t table_chunk_ = 0;  // valid while >= chunk_ and known
  bool table_known_ = false;
};

/// A bandwidth limit shared by all streams. Frames are taken from a balance that
/// may go into debt, so that a frame larger than one tick still passes, and a new
/// rate holds from the next tick on.
class TokenBucket {
 public:
  /// Takes `bytes` and returns 0, or returns how many milliseconds to wait.
  [[nodiscard]] int take(std::uint64_t bytes, std::uint64_t mbps);

 private:
  std::mutex mutex_;
  double balance_ = 0;
  std::int64_t last_us_ = 0;
};

/// Aligned memory for one frame: room for the head before the data and for the
/// tag after it, so that a frame can be built around data read from the disk.
struct FrameBuffer {
  static constexpr std::size_t head_room = 12288;
  static_assert(frame::prefix_bytes + frame::chunk_head_bytes_max <= head_room);
  static constexpr std::size_t bytes = head_room + limits::chunk_bytes + 4096;

  FrameBuffer();
  ~FrameBuffer();
  FrameBuffer(const FrameBuffer&) = delete;
  FrameBuffer& operator=(const FrameBuffer&) = delete;
  [[nodiscard]] std::byte* data() const { return memory + head_room; }

  std::byte* memory;
};

/// Lends buffers; the one given back last is lent first, because it is in cache.
class BufferPool {
 public:
  explicit BufferPool(std::size_t buffers_max) : max_(buffers_max) {}
  /// Returns nothing if all are under way.
  [[nodiscard]] FrameBuffer* try_take();
  void give_back(FrameBuffer* buffer);

 private:
  const std::size_t max_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<FrameBuffer>> all_;
  std::vector<FrameBuffer*> free_;
};

/// What the links of a pass have in common.
struct PassShared {
  const PassSettings& settings;
  PassControl& control;
  PassProgress& progress;
  const std::stop_token stop;
  const std::uint64_t disk_bytes;  // 0: the pass goes over a tree
  TokenBucket bucket{};
  std::atomic<bool> failed{false};
  std::mutex mutex{};
  std::optional<Error> error{};

  /// Keeps the first error and makes the other streams end.
  void fail_pass(const Error& first) {
    const std::scoped_lock lock{mutex};
    if (!error) error = first;
    failed = true;
  }
};

/// A pass over the blocks of a disk.
struct BlockPass : PassShared {
  const ReadFunction& read;
  DigestTable& table;
  ChunkCursor& cursor;
};

}  // namespace ferry
