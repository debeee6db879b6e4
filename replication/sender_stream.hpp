// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One stream of a pass: reads, compares, gathers, compresses, sends. Everything
// happens on one thread and, as far as possible, in one buffer: the disk is read
// to where the frame will be built, equal granules are closed up, and the head is
// written in front.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "base/limits.hpp"
#include "replication/body_packer.hpp"
#include "replication/frame.hpp"
#include "replication/granule.hpp"
#include "replication/pass_work.hpp"
#include "replication/sender_link.hpp"

namespace ferry {

class SenderStream {
 public:
  SenderStream(const ZmqContext& context, BlockPass& pass, std::uint32_t number, BufferPool& pool);
  ~SenderStream();
  SenderStream(const SenderStream&) = delete;
  SenderStream& operator=(const SenderStream&) = delete;

  /// Takes chunks from the pass's cursor to the end and waits for durability.
  [[nodiscard]] Result<> run();

 private:
  using Leaves = std::array<Leaf, limits::granules_per_chunk>;

  Result<> examine(const ChunkCursor::Work& work);
  Result<> examine_extent(const Extent& extent, std::uint64_t first_granule);
  Result<> free_unused(const ChunkCursor::Work& work, std::uint64_t first, std::size_t count);
  void compare(std::uint64_t granule, std::size_t in_chunk, const std::byte* from);
  void note_equal(std::uint64_t offset, std::uint64_t bytes);
  void add_run(std::uint64_t granule, bool zero);
  Result<> make_room();
  Result<> flush();
  Result<> send_body(std::size_t stored, FrameBuffer* body);

  BlockPass& pass_;
  BufferPool& pool_;
  SenderLink link_;
  GranuleHasher hasher_;
  BodyPacker packer_;

  FrameBuffer* buffer_ = nullptr;
  std::size_t fill_ = 0;       // bytes of data gathered
  std::uint64_t settles_ = 0;  // bytes of the disk that the gathered chunk settles
  frame::ChunkHead head_;
  std::vector<Leaf> gathered_;  // leaves of the gathered data

  Leaves known_{};  // the table's leaves of the chunk being examined
  bool changed_ = false;
  Extent equal_{};  // found so last, and not in the map yet
};

}  // namespace ferry
