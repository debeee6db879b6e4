// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Files and descriptors with errors as values, and writes that survive a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace ferry {

/// Owns one file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

/// Opens with O_CLOEXEC; the error names the path.
[[nodiscard]] Result<Fd> open_file(const std::filesystem::path& path, int flags,
                                   unsigned mode = 0600);
/// Reads a whole file of at most `bytes_max` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t bytes_max = 16 << 20);
/// Replaces the file so that after a crash it holds either the old or the new
/// bytes: temporary file, fsync, rename, fsync of the folder.
[[nodiscard]] Result<> write_file_durably(const std::filesystem::path& path, std::string_view bytes,
                                          unsigned mode = 0600);
[[nodiscard]] Result<> make_folder(const std::filesystem::path& path, unsigned mode = 0700);
/// Makes renames and creations inside the folder durable.
[[nodiscard]] Result<> sync_folder(const std::filesystem::path& path);

/// Reads or writes all of the bytes at the offset; a short read is disk_shrank.
[[nodiscard]] Result<> read_at(const Fd& fd, void* to, std::size_t count, std::uint64_t offset);
[[nodiscard]] Result<> write_at(const Fd& fd, const void* from, std::size_t count,
                                std::uint64_t offset);

}  // namespace ferry
