// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/disk_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace ferry {

DiskReader::DiskReader(const Fd& disk, std::uint64_t bytes, const GranuleHasher& hasher,
                       std::uint64_t base)
    : disk_(disk),
      bytes_(bytes),
      hasher_(hasher),
      base_(base),
      buffer_(
          static_cast<std::byte*>(std::aligned_alloc(limits::granule_bytes, limits::chunk_bytes))) {
}

void DiskReader::FreeBuffer::operator()(std::byte* buffer) const { std::free(buffer); }

std::uint64_t DiskReader::chunks() const {
  return (bytes_ + limits::chunk_bytes - 1) / limits::chunk_bytes;
}

std::uint64_t DiskReader::next_data(std::uint64_t chunk) const {
  if (chunk >= chunks()) return chunks();
  const auto at =
      ::lseek(disk_.get(), static_cast<off_t>(base_ + chunk * limits::chunk_bytes), SEEK_DATA);
  if (at < 0) return errno == ENXIO ? chunks() : chunk;
  return std::min((static_cast<std::uint64_t>(at) - base_) / limits::chunk_bytes, chunks());
}

Result<std::span<const Leaf>> DiskReader::read(std::uint64_t chunk) {
  const auto offset = chunk * limits::chunk_bytes;
  const auto length = std::min<std::uint64_t>(limits::chunk_bytes, bytes_ - offset);
  // Pages of the cache are dropped first, so that the disk itself is read.
  ::posix_fadvise(disk_.get(), static_cast<off_t>(base_ + offset), static_cast<off_t>(length),
                  POSIX_FADV_DONTNEED);
  auto* bytes = buffer_.get();
  if (auto done = read_at(disk_, bytes, length, base_ + offset); !done) return fail(done.error());
  std::memset(bytes + length, 0, limits::chunk_bytes - length);
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    leaves_.at(i) = hasher_.leaf(bytes + i * limits::granule_bytes);
  }
  return leaves_;
}

}  // namespace ferry
