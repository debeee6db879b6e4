// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The root of a disk's digest tree, built from the disk's first chunk to its last.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/random.hpp"
#include "replication/granule.hpp"

namespace ferry {

/// SHA-256 over the digests of all chunks in order and the disk's size (8 bytes,
/// little-endian); a chunk's digest is the SHA-256 of its 256 leaves, those beyond
/// the end of the disk being zero. Equal roots mean equal disks.
class DigestRoot {
 public:
  /// Adds a chunk by its limits::granules_per_chunk leaves.
  void add(std::span<const Leaf> leaves);
  /// Adds so many chunks of zeros, which costs next to nothing.
  void add_zeros(std::uint64_t chunks);
  /// Returns the 32 bytes; nothing can be added afterwards.
  [[nodiscard]] std::string finish(std::uint64_t disk_bytes);

 private:
  Sha256 whole_;
};

}  // namespace ferry
