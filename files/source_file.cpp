// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/source_file.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "files/tree_root.hpp"

namespace ferry::files {
namespace {

/// The kernel stamps files by a clock that stands still for up to 10 ms. Data that is written
/// within the tick of an earlier change bears the same time, and no comparison would ever
/// find it; so nothing is read before that tick is over.
constexpr std::int64_t stamp_ms = 20;

bool is_fresh(const FileEntry& entry) {
  const auto age = wall_ms() - (entry.ctime.seconds * 1000 + entry.ctime.nanoseconds / 1'000'000);
  return age > -stamp_ms && age < stamp_ms;
}

constexpr std::uint64_t granule = limits::granule_bytes;
std::uint64_t round_down(std::uint64_t offset) { return offset / granule * granule; }
std::uint64_t round_up(std::uint64_t offset) { return round_down(offset + granule - 1); }

}  // namespace

Result<SourceFile> SourceFile::open(const Place& place, const FileEntry& listed,
                                    const FileHasher& hasher) {
  SourceFile file{hasher.fresh()};
  file.path_ = place.path;
  // Should a pipe have taken the file's place, opening it must not wait for a writer.
  constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  file.fd_ = Fd{::openat(place.directory, place.name.c_str(), flags | O_NOATIME)};
  if (!file.fd_ && errno == EPERM) {  // only a file's owner may ask for O_NOATIME
    file.fd_ = Fd{::openat(place.directory, place.name.c_str(), flags)};
  }
  if (!file.fd_) return fail(source_error("open", place.path));
  if (auto looked = file.look_again(place, listed); !looked) return fail(looked.error());
  if (is_fresh(file.entry_)) {
    std::this_thread::sleep_for(std::chrono::milliseconds{stamp_ms});
    if (auto looked = file.look_again(place, listed); !looked) return fail(looked.error());
  }
  file.size_ = file.entry_.size;
  return file;
}

Result<> SourceFile::look_again(const Place& place, const FileEntry& listed) {
  struct statx status {};
  if (::statx(fd_.get(), "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) != 0) {
    return fail(source_error("look at", path_));
  }
  entry_ = entry_of(status, listed.name);
  if (entry_.type != FileType::regular) {
    return fail(Errc::file_changed, "'" + path_ + "' is no longer a regular file");
  }
  // With as many blocks as bytes there is nothing to skip. Space that was only reserved, as
  // in a swap file, is read as zeros and written as such, so it is there at the target, too.
  dense_ = status.stx_blocks * 512 >= status.stx_size;
  if (listed.several_names) {
    entry_.several_names = true;
    entry_.identity = listed.identity;
    entry_.leader = listed.leader;
  } else {
    entry_.several_names = false;
    entry_.identity = {};
  }
  if (entry_.ctime == listed.ctime) {
    entry_.xattrs = listed.xattrs;
    return {};
  }
  return read_xattrs(place, entry_);
}

Result<> SourceFile::find_data() {
  if (dense_) {
    extent_end_ = size_;
    return {};
  }
  const auto data = ::lseek(fd_.get(), static_cast<off_t>(position_), SEEK_DATA);
  if (data < 0 && errno == ENXIO) {
    position_ = extent_end_ = size_;
    return {};
  }
  const auto hole = data < 0 ? data : ::lseek(fd_.get(), data, SEEK_HOLE);
  if (hole < 0) return fail(source_error("find the data of", path_));
  // Extents of small blocks may share a granule, which is then read with the first of them.
  position_ = std::max(position_, round_down(static_cast<std::uint64_t>(data)));
  extent_end_ = std::min(round_up(static_cast<std::uint64_t>(hole)), size_);
  position_ = std::min(position_, size_);
  return {};
}

Result<std::optional<FilePiece>> SourceFile::next(std::span<std::byte> buffer) {
  if (position_ >= extent_end_ && position_ < size_) {
    if (auto found = find_data(); !found) return fail(found.error());
  }
  if (position_ >= size_) return std::nullopt;
  const auto wanted = std::min<std::uint64_t>(buffer.size(), extent_end_ - position_);
  std::size_t have = 0;
  while (have < wanted) {
    const auto count = ::pread(fd_.get(), buffer.data() + have, wanted - have,
                               static_cast<off_t>(position_ + have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(source_error("read", path_));
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  const FilePiece piece{position_, buffer.first(have)};
  position_ += have;
  if (have < wanted) {  // somebody has cut it
    shrank_ = true;
    size_ = position_;
    if (have == 0) return std::nullopt;
  }
  hasher_.add(piece.offset, piece.data);
  return piece;
}

Result<FileEnd> SourceFile::read_through(const std::stop_token& stop) {
  std::vector<std::byte> buffer(
      std::min<std::uint64_t>(limits::chunk_bytes, round_up(std::max<std::uint64_t>(size_, 1))));
  for (;;) {
    if (stop.stop_requested()) return fail(Errc::canceled, "reading '" + path_ + "' was stopped");
    const auto piece = next(buffer);
    if (!piece) return fail(piece.error());
    if (!*piece) return finish();
  }
}

void SourceFile::forget_cached() const {
  (void)::posix_fadvise(fd_.get(), 0, 0, POSIX_FADV_DONTNEED);
}

Result<FileEnd> SourceFile::finish() {
  struct statx status {};
  if (::statx(fd_.get(), "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) != 0) {
    return fail(source_error("look at", path_));
  }
  const auto now = entry_of(status, entry_.name);
  FileEnd end;
  end.size = size_;
  end.digest = hasher_.digest(size_);
  end.changed =
      shrank_ || now.size != entry_.size || now.mtime != entry_.mtime || now.ctime != entry_.ctime;
  return end;
}

}  // namespace ferry::files
