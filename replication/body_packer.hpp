// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Compresses what goes into a frame, as hard as the link leaves time for.
#pragma once

#include <cstddef>

#include "replication/codec.hpp"
#include "replication/frame.hpp"
#include "replication/pass_work.hpp"
#include "replication/sender_link.hpp"

namespace ferry {

/// Of one stream; used by one thread.
class BodyPacker {
 public:
  BodyPacker(PassShared& pass, BufferPool& pool) : pass_(pass), pool_(pool) {}

  struct Body {
    FrameBuffer* buffer;
    std::size_t bytes;
    frame::Codec codec;
  };
  /// Takes a buffer with `fill` bytes of data over, and returns it or another one with what is to
  /// be sent. Errors: those of SenderLink::take_buffer.
  [[nodiscard]] Result<Body> pack(SenderLink& link, FrameBuffer* buffer, std::size_t fill);

 private:
  PassShared& pass_;
  BufferPool& pool_;
  Compressor compressor_;
  AdaptiveLevel level_;
};

}  // namespace ferry
