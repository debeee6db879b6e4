// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of each chunk of a disk or a file: what differs later can be named by its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/random.hpp"

namespace ferry {

inline constexpr std::size_t chunk_digest_bytes = 32;

class ChunkDigests {
 public:
  /// Of `bytes` bytes; only the last chunk may be shorter than `chunk_bytes`.
  explicit ChunkDigests(std::uint64_t bytes, std::uint64_t chunk_bytes = limits::chunk_bytes)
      : bytes_(bytes), chunk_bytes_(chunk_bytes) {}

  /// Takes the next chunk; what lies behind the end of the disk is left out.
  void add(std::span<const std::byte> chunk);
  /// The next chunks are zeros.
  void add_zeros(std::uint64_t chunks);
  /// Chunks in all.
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] std::uint64_t added() const { return digests_.size() / chunk_digest_bytes; }
  /// Bytes of the next chunk; 0: there is none.
  [[nodiscard]] std::uint64_t next_bytes() const;
  /// 32 bytes for each chunk that was added, in their order.
  [[nodiscard]] const std::string& digests() const { return digests_; }

 private:
  std::uint64_t bytes_;
  std::uint64_t chunk_bytes_;
  std::string zero_digest_;  // of a whole chunk, once it was needed
  std::string digests_;
  Sha256 hasher_;
};

/// The digest at an index; empty behind the end.
[[nodiscard]] std::string_view chunk_digest(std::string_view digests, std::uint64_t index);
/// How many chunks there are.
[[nodiscard]] constexpr std::uint64_t chunks_of(std::uint64_t bytes, std::uint64_t chunk_bytes) {
  return bytes / chunk_bytes + (bytes % chunk_bytes == 0 ? 0 : 1);
}

}  // namespace ferry
