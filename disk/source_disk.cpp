// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/source_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "disk/mounts.hpp"

namespace ferry {
namespace {

constexpr std::size_t alignment = 4096;
constexpr std::size_t copy_bytes = 256 * 1024;

struct FreeMemory {
  void operator()(std::byte* memory) const { std::free(memory); }
};
using AlignedBuffer = std::unique_ptr<std::byte, FreeMemory>;

AlignedBuffer aligned_buffer(std::size_t count) {
  return AlignedBuffer{static_cast<std::byte*>(std::aligned_alloc(alignment, count))};
}

std::uint64_t round_down(std::uint64_t value) { return value / alignment * alignment; }

bool is_aligned(std::uint64_t offset, std::span<const std::byte> to) {
  return offset % alignment == 0 && to.size() % alignment == 0 &&
         reinterpret_cast<std::uintptr_t>(to.data()) % alignment == 0;
}

/// Opens with O_DIRECT where possible; whether it was possible is in `direct`.
Result<Fd> open_disk(const std::string& path, bool block_device, bool* direct) {
  Fd direct_fd{::open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC)};
  *direct = static_cast<bool>(direct_fd);
  if (direct_fd) return direct_fd;
  if (errno != EINVAL) return fail(errno_error(Errc::disk_missing, "open " + path));
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return fd;
  if (block_device || is_mounted(device_views(fd->get()))) {
    return fail(Errc::source_unsupported, path + " is mounted and cannot be read with O_DIRECT",
                "unmount it, or move the image to a file system that supports O_DIRECT");
  }
  ::posix_fadvise(fd->get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return fd;
}

Result<> check_size(const std::string& path, std::uint64_t size, std::uint32_t sector_size) {
  if (size == 0) {
    return fail(Errc::invalid_argument, path + " is empty", "name a disk that holds data");
  }
  if (size % 512 != 0) {
    return fail(Errc::disk_unaligned, path + " has " + std::to_string(size) + " bytes");
  }
  if (size > limits::disk_bytes_max || sector_size > alignment) {
    return fail(Errc::source_unsupported,
                path + " has " + human_bytes(size) + " in sectors of " +
                    std::to_string(sector_size) + " bytes; the limits are " +
                    human_bytes(limits::disk_bytes_max) + " and 4096 bytes");
  }
  return {};
}

}  // namespace

Result<SourceDisk> SourceDisk::open(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return fail(errno_error(Errc::disk_missing, "open " + path));
  if (!S_ISBLK(info.st_mode) && !S_ISREG(info.st_mode)) {
    return fail(Errc::invalid_argument, path + " is neither a block device nor a file",
                "name a disk such as /dev/sda, or a raw image file");
  }
  SourceDisk disk;
  disk.path_ = path;
  disk.block_device_ = S_ISBLK(info.st_mode);
  auto fd = open_disk(path, disk.block_device_, &disk.direct_);
  if (!fd) return fail(fd.error());
  disk.fd_ = std::move(*fd);
  const auto size = disk.current_size();
  if (!size) return fail(size.error());
  disk.size_ = *size;
  int sector = 512;
  if (disk.block_device_ && ::ioctl(disk.fd_.get(), BLKSSZGET, &sector) == 0 && sector > 0) {
    disk.sector_size_ = static_cast<std::uint32_t>(sector);
  }
  if (auto fits = check_size(path, disk.size_, disk.sector_size_); !fits) return fail(fits.error());
  return disk;
}

bool SourceDisk::is_mounted_anywhere() const { return is_mounted(device_views(fd_.get())); }

Result<std::uint64_t> SourceDisk::current_size() const {
  if (block_device_) {
    std::uint64_t size = 0;
    if (::ioctl(fd_.get(), BLKGETSIZE64, &size) == 0) return size;
  } else {
    struct stat info {};
    if (::fstat(fd_.get(), &info) == 0) return static_cast<std::uint64_t>(info.st_size);
  }
  return fail(errno_error(Errc::disk_missing, "ask the size of " + path_));
}

Result<> SourceDisk::read(std::uint64_t offset, std::span<std::byte> to) const {
  if (offset > size_ || to.size() > size_ - offset) {
    return fail(Errc::invalid_argument, "read of " + std::to_string(to.size()) + " bytes at byte " +
                                            std::to_string(offset) + " of " + path_ +
                                            ", which has " + std::to_string(size_) + " bytes");
  }
  if (!direct_ || is_aligned(offset, to)) {
    return read_some(offset, to.data(), to.size(), to.size());
  }
  return read_copied(offset, to);
}

/// Reads at least `wanted` bytes into a buffer with `room` for more. Asking for
/// more than is wanted keeps the length aligned at a disk's odd tail.
Result<> SourceDisk::read_some(std::uint64_t offset, std::byte* to, std::size_t wanted,
                               std::size_t room) const {
  std::size_t done = 0;
  while (done < wanted) {
    const auto at = offset + done;
    const auto got = ::pread(fd_.get(), to + done, room - done, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int number = errno;
      const auto now = current_size();
      if (now && *now < size_ && at + (wanted - done) > *now) return fail(shrank_error(at));
      return fail(read_error(at, room - done, number));
    }
    if (got == 0) return fail(shrank_error(at));
    done += static_cast<std::size_t>(got);
  }
  return {};
}

Result<> SourceDisk::read_copied(std::uint64_t offset, std::span<std::byte> to) const {
  const auto buffer = aligned_buffer(copy_bytes);
  if (!buffer) return fail(Errc::internal, "no memory to read " + path_);
  while (!to.empty()) {
    const auto start = round_down(offset);
    const auto skip = static_cast<std::size_t>(offset - start);
    const auto count = std::min(to.size(), copy_bytes - skip);
    const auto room = std::min(copy_bytes, (skip + count + alignment - 1) / alignment * alignment);
    if (auto got = read_some(start, buffer.get(), skip + count, room); !got) return got;
    std::memcpy(to.data(), buffer.get() + skip, count);
    to = to.subspan(count);
    offset += count;
  }
  return {};
}

/// A failed read of a large range does not say where the bad block is.
std::uint64_t SourceDisk::first_bad_byte(std::uint64_t offset, std::size_t count) const {
  constexpr std::size_t scanned_max = limits::chunk_bytes;
  const auto buffer = aligned_buffer(alignment);
  if (!buffer) return offset;
  const auto end = std::min(size_, offset + std::min(count, scanned_max));
  for (auto at = round_down(offset); at < end; at += alignment) {
    if (::pread(fd_.get(), buffer.get(), alignment, static_cast<off_t>(at)) < 0) return at;
  }
  return offset;
}

Error SourceDisk::read_error(std::uint64_t offset, std::size_t count, int number) const {
  const bool gone = number == ENXIO || number == ENODEV || number == ENOMEDIUM;
  const auto at = gone ? offset : first_bad_byte(offset, count);
  return {gone ? Errc::disk_missing : Errc::disk_read_failed,
          "read " + path_ + " at byte " + std::to_string(at) + ": " +
              std::system_category().message(number),
          {}};
}

Error SourceDisk::shrank_error(std::uint64_t offset) const {
  const auto now = current_size();
  return {Errc::disk_shrank,
          path_ + " had " + std::to_string(size_) + " bytes when it was opened and has " +
              (now ? std::to_string(*now) : std::string{"an unknown number"}) +
              " now; its end was met at byte " + std::to_string(offset),
          {}};
}

}  // namespace ferry
