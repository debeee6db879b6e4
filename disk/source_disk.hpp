// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The disk that is being copied: a block device or a raw image file, read-only.
//
// A device that is mounted must never be read through its own page cache: the
// file system writes past that cache, and after write and fsync a buffered read
// still returned the old bytes. So block devices are always read with O_DIRECT,
// and so is an image file wherever its file system allows it; for a file behind
// a mounted loop device it is a condition for opening.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

/// One source disk. Reads may be made from several threads at once.
class SourceDisk {
 public:
  /// Errors: disk_missing, disk_unaligned (size is no multiple of 512 bytes),
  /// source_unsupported (too large, odd sectors, or mounted without O_DIRECT),
  /// invalid_argument (neither a block device nor a file, or empty).
  [[nodiscard]] static Result<SourceDisk> open(const std::string& path);

  [[nodiscard]] std::uint64_t size() const { return size_; }  // at the time of opening
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_block_device() const { return block_device_; }
  [[nodiscard]] bool is_direct() const { return direct_; }
  [[nodiscard]] std::uint32_t sector_size() const { return sector_size_; }
  [[nodiscard]] int descriptor() const { return fd_.get(); }
  /// True if the disk, a partition of it, a loop device on top of it or a mapped
  /// volume on top of it is mounted. Looked up anew at each call.
  [[nodiscard]] bool is_mounted_anywhere() const;
  /// The size now; a disk that was unplugged gives disk_missing.
  [[nodiscard]] Result<std::uint64_t> current_size() const;

  /// Fills `to` from `offset`. Fast when buffer, offset and length are multiples
  /// of 4096; anything else, such as the tail of a disk, goes through a copy.
  /// Errors: disk_read_failed with the first bad block's offset, disk_shrank with
  /// both sizes, disk_missing, invalid_argument for bytes past size().
  [[nodiscard]] Result<> read(std::uint64_t offset, std::span<std::byte> to) const;

 private:
  SourceDisk() = default;
  Result<> read_some(std::uint64_t offset, std::byte* to, std::size_t wanted,
                     std::size_t room) const;
  Result<> read_copied(std::uint64_t offset, std::span<std::byte> to) const;
  [[nodiscard]] std::uint64_t first_bad_byte(std::uint64_t offset, std::size_t count) const;
  [[nodiscard]] Error read_error(std::uint64_t offset, std::size_t count, int number) const;
  [[nodiscard]] Error shrank_error(std::uint64_t offset) const;

  Fd fd_;
  std::string path_;
  std::uint64_t size_ = 0;
  std::uint32_t sector_size_ = 512;
  bool block_device_ = false;
  bool direct_ = false;
};

}  // namespace ferry
