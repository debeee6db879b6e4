// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/file_data.hpp"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "base/limits.hpp"

namespace ferry::files {
namespace {

constexpr std::uint64_t granule = limits::granule_bytes;
std::uint64_t round_down(std::uint64_t offset) { return offset / granule * granule; }
std::uint64_t round_up(std::uint64_t offset) { return round_down(offset + granule - 1); }

}  // namespace

// With as many blocks as bytes there is nothing to skip. Space that was only reserved, as in a swap
// file, is read as zeros and written as such, so it is there at the target, too.
FileData::FileData(int fd, const struct statx& status)
    : fd_(fd), dense_(status.stx_blocks * 512 >= status.stx_size), size_(status.stx_size) {}

void FileData::seek(std::uint64_t offset) {
  position_ = offset;
  extent_end_ = 0;
}

bool FileData::find_data() {
  if (dense_) {
    extent_end_ = size_;
    return true;
  }
  const auto data = ::lseek(fd_, static_cast<off_t>(position_), SEEK_DATA);
  if (data < 0 && errno == ENXIO) {
    position_ = extent_end_ = size_;
    return true;
  }
  const auto hole = data < 0 ? data : ::lseek(fd_, data, SEEK_HOLE);
  if (hole < 0) return false;
  // Extents of small blocks may share a granule, which is then read with the first of them.
  position_ = std::max(position_, round_down(static_cast<std::uint64_t>(data)));
  extent_end_ = std::min(round_up(static_cast<std::uint64_t>(hole)), size_);
  position_ = std::min(position_, size_);
  return true;
}

bool FileData::next(std::span<std::byte> buffer, std::uint64_t end, FilePiece& piece) {
  piece = {};
  if (position_ >= extent_end_ && position_ < size_ && !find_data()) return false;
  const auto stop = std::min({extent_end_, size_, end});
  if (position_ >= stop) return true;
  const auto wanted = std::min<std::uint64_t>(buffer.size(), stop - position_);
  std::size_t have = 0;
  while (have < wanted) {
    const auto count =
        ::pread(fd_, buffer.data() + have, wanted - have, static_cast<off_t>(position_ + have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  piece = {position_, buffer.first(have)};
  position_ += have;
  if (have < wanted) {
    cut_ = true;
    size_ = position_;
  }
  return true;
}

}  // namespace ferry::files
