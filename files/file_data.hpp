// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The data of an open regular file in ascending order. Holes are skipped without being read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <sys/stat.h>

namespace ferry::files {

struct FilePiece {
  std::uint64_t offset = 0;
  std::span<const std::byte> data;
};

/// One thread at a time.
class FileData {
 public:
  FileData() = default;
  /// Of a file that somebody else keeps open and of which `look` has said `status`.
  FileData(int fd, const struct statx& status);

  /// Goes to an offset, a multiple of limits::granule_bytes.
  void seek(std::uint64_t offset);
  /// Reads the next data before `end` into the buffer, whose size is a multiple of
  /// limits::granule_bytes; none if there is no more. Returns false with errno if it can't be read.
  [[nodiscard]] bool next(std::span<std::byte> buffer, std::uint64_t end, FilePiece& piece);

  /// Returns where it goes on: once `next` has found no more data before `end`, where the first
  /// behind it begins.
  [[nodiscard]] std::uint64_t position() const { return position_; }
  /// Returns the size in bytes, which is less than it was at first if somebody has cut the file.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] bool was_cut() const { return cut_; }

 private:
  [[nodiscard]] bool find_data();

  int fd_ = -1;
  bool dense_ = true;
  bool cut_ = false;
  std::uint64_t size_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t extent_end_ = 0;
};

}  // namespace ferry::files
