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
  data_ = FileData{fd_.get(), status};
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

Result<std::optional<FilePiece>> SourceFile::next(std::span<std::byte> buffer) {
  FilePiece piece;
  if (!data_.next(buffer, data_.size(), piece)) return fail(source_error("read", path_));
  if (piece.data.empty()) return std::nullopt;
  hasher_.add(piece.offset, piece.data);
  if (content_) content_->add(piece.offset, piece.data);
  return piece;
}

Result<FileEnd> SourceFile::read_through(const std::stop_token& stop) {
  const auto granules = data_.size() / limits::granule_bytes + 1;
  std::vector<std::byte> buffer(std::min<std::uint64_t>(granules, limits::granules_per_chunk) *
                                limits::granule_bytes);
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
  end.size = data_.size();
  end.digest = hasher_.digest(end.size);
  if (content_) end.content = content_->finish(end.size);
  end.changed = data_.was_cut() || now.size != entry_.size || now.mtime != entry_.mtime ||
                now.ctime != entry_.ctime;
  return end;
}

}  // namespace ferry::files
