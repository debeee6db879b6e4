// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/body_packer.hpp"

#include "base/limits.hpp"

namespace ferry {

Result<BodyPacker::Body> BodyPacker::pack(SenderLink& link, FrameBuffer* buffer, std::size_t fill) {
  const auto configured = pass_.control.compression.load();
  const auto level =
      pass_.settings.adaptive ? level_.next(configured, link.waited_for_credit()) : configured;
  link.forget_waiting();
  pass_.progress.level = level;
  ++pass_.progress.chunks;
  pass_.progress.bytes_sent_raw += fill;
  if (!zstd_level(level) || fill == 0) return Body{buffer, fill, frame::Codec::raw};
  auto packed = link.take_buffer();
  if (!packed) {
    pool_.give_back(buffer);
    return fail(packed.error());
  }
  const auto size =
      compressor_.compress({buffer->data(), fill}, {(*packed)->data(), limits::chunk_bytes}, level);
  pool_.give_back(size ? buffer : *packed);
  if (!size) return Body{buffer, fill, frame::Codec::raw};
  return Body{*packed, *size, frame::Codec::zstd};
}

}  // namespace ferry
