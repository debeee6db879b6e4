// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One leaf per granule of a disk, in a sparse file. The receiver's table says
// what the target durably holds; the sender's copy of it says what need not be
// sent. It is read and written by pread and pwrite rather than mapped, so that
// the memory of both programs stays the same for any size of disk, and so that
// an error of the file system is an error and not a signal.
//
// The file holds leaves only: leaf i is at byte 16 i, a chunk's 256 leaves fill
// one page, and a page that is a hole is a chunk of zeros.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "replication/granule.hpp"

namespace ferry {

/// Threads may use one table at the same time for different granules.
class DigestTable {
 public:
  /// Opens the table of a disk of `granules` granules, or makes an empty one
  /// (all zeros). A file of another size is refused.
  [[nodiscard]] static Result<DigestTable> open(const std::filesystem::path& path,
                                                std::uint64_t granules);

  /// An empty one in memory, that ends with this process. A full one takes bytes_of(granules).
  [[nodiscard]] static Result<DigestTable> in_memory(std::uint64_t granules);
  [[nodiscard]] static std::uint64_t bytes_of(std::uint64_t granules);

  [[nodiscard]] std::uint64_t granules() const { return granules_; }
  [[nodiscard]] std::uint64_t chunks() const;
  /// True when open() made the file.
  [[nodiscard]] bool fresh() const { return fresh_; }

  [[nodiscard]] Result<> get(std::uint64_t first_granule, std::span<Leaf> leaves) const;
  [[nodiscard]] Result<> put(std::uint64_t first_granule, std::span<const Leaf> leaves);
  [[nodiscard]] Result<> sync();

  /// Leaves of whole chunks as bytes, for the download by the other side: at
  /// most `limits::table_page_chunks_max` chunks, fewer at the end of the disk.
  [[nodiscard]] Result<std::string> page(std::uint64_t first_chunk, std::uint32_t count) const;
  /// Stores what page() returned elsewhere.
  [[nodiscard]] Result<> load(std::uint64_t first_chunk, std::string_view bytes);

  /// Returns the first chunk at or after `chunk` that may have a non-zero leaf.
  [[nodiscard]] std::optional<std::uint64_t> next_chunk(std::uint64_t chunk) const;

  /// The DigestRoot of all leaves: equal roots mean equal disks.
  [[nodiscard]] Result<std::string> root(std::uint64_t disk_bytes,
                                         const std::stop_token& stop = {}) const;

 private:
  [[nodiscard]] static Result<DigestTable> take(Fd fd, std::string path, std::uint64_t granules);

  Fd fd_;
  std::string path_;
  std::uint64_t granules_ = 0;
  bool fresh_ = false;
};

}  // namespace ferry
