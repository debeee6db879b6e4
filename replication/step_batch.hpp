// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Gathers the steps of a tree in one frame after the other, so that a million small files don't
// become a million frames. The data of files is read to where it is sent from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "replication/body_packer.hpp"
#include "replication/sender_link.hpp"
#include "replication/tree_frame.hpp"

namespace ferry {

/// Used by one thread. Errors: those of SenderLink.
class StepBatch {
 public:
  StepBatch(PassShared& pass, BufferPool& pool, SenderLink& link)
      : pool_(pool), link_(link), packer_(pass, pool) {}
  ~StepBatch();
  StepBatch(const StepBatch&) = delete;
  StepBatch& operator=(const StepBatch&) = delete;

  /// Adds a step. `settles` bytes of files count as done once it is durable.
  [[nodiscard]] Result<> add(frame::StepKind kind, std::uint64_t number, std::string_view bytes,
                             std::uint64_t settles = 0);
  /// Returns space for a piece of a file: a multiple of limits::granule_bytes, and enough for
  /// `bytes` or for a piece that is worth its head.
  [[nodiscard]] Result<std::span<std::byte>> room(std::uint64_t bytes);
  /// Adds the first `bytes` of what `room` returned last, which begin at `offset` in the file.
  void add_piece(std::uint64_t offset, std::size_t bytes);
  /// Sends what was gathered.
  [[nodiscard]] Result<> flush();
  /// As flush, if something waits for a while already.
  [[nodiscard]] Result<> flush_old();

 private:
  Result<> make_room(std::size_t bytes);

  BufferPool& pool_;
  SenderLink& link_;
  BodyPacker packer_;
  FrameBuffer* buffer_ = nullptr;
  std::size_t fill_ = 0;
  std::uint64_t settles_ = 0;
  std::int64_t begun_ms_ = 0;  // when the first step went in
};

}  // namespace ferry
