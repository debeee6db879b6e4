// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a disk really holds: its chunks, read from the disk itself and not from the
// page cache, as the leaves of their granules.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"
#include "replication/granule.hpp"

namespace ferry {

/// For one thread. Disk and hasher must outlive it.
class DiskReader {
 public:
  /// `bytes` is the disk's size; what lies behind it counts as zeros. It begins at byte `base` of
  /// the file.
  DiskReader(const Fd& disk, std::uint64_t bytes, const GranuleHasher& hasher,
             std::uint64_t base = 0);

  [[nodiscard]] std::uint64_t chunks() const;
  /// Returns the first chunk at or after `chunk` that is not a hole of the file, chunks()
  /// if there is none. A device, or a file system that doesn't know, has no holes.
  [[nodiscard]] std::uint64_t next_data(std::uint64_t chunk) const;
  /// Returns the chunk's limits::granules_per_chunk leaves; they are valid until the next
  /// call. Errors: disk_read_failed, and disk_shrank where the disk ends too early.
  [[nodiscard]] Result<std::span<const Leaf>> read(std::uint64_t chunk);
  /// The bytes that were read last, filled up with zeros.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {buffer_.get(), limits::chunk_bytes};
  }

 private:
  struct FreeBuffer {
    void operator()(std::byte* buffer) const;
  };

  const Fd& disk_;
  std::uint64_t bytes_;
  const GranuleHasher& hasher_;
  std::uint64_t base_;
  std::unique_ptr<std::byte, FreeBuffer> buffer_;
  std::array<Leaf, limits::granules_per_chunk> leaves_{};
};

}  // namespace ferry
