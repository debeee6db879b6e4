// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/target_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "files/file_survey.hpp"

namespace ferry::files {

namespace {

Result<> check_regular(const FileEntry& entry, const std::string& path) {
  if (auto good = check(entry); !good) return good;
  if (entry.type == FileType::regular) return {};
  return fail(Errc::malformed, "data for '" + path + "', which is no regular file");
}

}  // namespace

Result<TargetFile> TargetFile::create(std::shared_ptr<const Fd> directory,
                                      const std::string& directory_path,
                                      TemporaryNames& temporary_names, const FileEntry& entry,
                                      const FileHasher& hasher) {
  TargetFile file{nullptr, directory_path, entry, hasher};
  if (auto good = check_regular(entry, file.path_); !good) return fail(good.error());
  const auto create_new = [&](const std::string& name) {
    return Fd{::openat(directory->get(), name.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  };
  file.fd_ = create_new(entry.name);
  if (!file.fd_ && errno == EEXIST) {
    file.temporary_ = temporary_names.next();
    file.fd_ = create_new(file.temporary_);
  }
  if (!file.fd_) return fail(target_error("create", file.path_));
  file.directory_ = std::move(directory);
  return file;
}

Result<TargetFile> TargetFile::patch(const TreeRoot& root, std::shared_ptr<const Fd> directory,
                                     const std::string& directory_path, const FileEntry& entry,
                                     const FileHasher& hasher) {
  TargetFile file{std::move(directory), directory_path, entry, hasher};
  file.old_ = Old{};
  if (auto good = check_regular(entry, file.path_); !good) return fail(good.error());
  const Place place{file.directory_->get(), entry.name, file.path_};
  const auto replaced = [&] {
    return fail(Errc::file_changed, "'" + file.path_ + "' was replaced at the target");
  };
  struct statx status {};
  if (!look(place.directory, place.name.c_str(), status) || !may_be_patched(root, status)) {
    return replaced();
  }
  const auto open = [&] {
    file.fd_ = Fd{::openat(place.directory, place.name.c_str(),
                           O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    return static_cast<bool>(file.fd_);
  };
  if (!open() && !(errno == EPERM && lift_flags(place) && open())) {
    return fail(target_error("open", file.path_));
  }
  if (!look(file.fd_.get(), "", status) || !may_be_patched(root, status)) return replaced();
  file.old_->data = FileData{file.fd_.get(), status};
  file.size_ = status.stx_size;
  return file;
}

TargetFile::~TargetFile() {
  if (directory_ && (!old_ || old_->wrong)) (void)::unlinkat(directory_->get(), name().c_str(), 0);
}

std::string TargetFile::release() {
  directory_.reset();
  fd_.reset();
  return std::move(temporary_);
}

Result<> TargetFile::check_order(std::uint64_t offset, std::uint64_t bytes) const {
  if (offset >= position_ && offset % limits::granule_bytes == 0 && offset <= entry_.size &&
      bytes <= entry_.size - offset) {
    return {};
  }
  return fail(Errc::malformed, "'" + path_ + "': " + std::to_string(bytes) + " bytes at " +
                                   std::to_string(offset) + " are out of order or beyond its " +
                                   std::to_string(entry_.size) + " bytes");
}

Result<> TargetFile::write(std::uint64_t offset, std::span<const std::byte> data) {
  if (auto good = check_order(offset, data.size()); !good) return good;
  if (auto kept = keep(offset); !kept) return kept;
  hasher_.add(offset, data);
  position_ = offset + data.size();
  return write_out(offset, data);
}

Result<> TargetFile::punch(std::uint64_t offset, std::uint64_t bytes) {
  if (!old_) return fail(Errc::malformed, "'" + path_ + "': a hole in what isn't patched");
  if (auto good = check_order(offset, bytes); !good) return good;
  if (auto kept = keep(offset); !kept) return kept;
  position_ = offset + bytes;
  const auto end = std::min(position_, size_);
  if (offset >= end) return {};
  if (auto touched = touch(); !touched) return touched;
  if (::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                  static_cast<off_t>(end - offset)) == 0) {
    return {};
  }
  if (errno != EOPNOTSUPP) return fail(target_error("make a hole in", path_));
  static constexpr std::array<std::byte, 64 * limits::kib> zeros{};
  while (offset < end) {
    const auto some = std::span{zeros}.first(std::min<std::uint64_t>(zeros.size(), end - offset));
    if (auto written = write_out(offset, some); !written) return written;
    offset += some.size();
  }
  return {};
}

/// Takes what a file that is patched has from here to `end` as it is.
Result<> TargetFile::keep(std::uint64_t end) {
  if (!old_ || end <= position_) return {};
  old_->buffer.resize(limits::chunk_bytes);
  old_->data.seek(position_);
  for (FilePiece piece;;) {
    if (!old_->data.next(old_->buffer, end, piece)) return fail(target_error("read", path_));
    if (piece.data.empty()) break;
    hasher_.add(piece.offset, piece.data);
  }
  position_ = end;
  return {};
}

Result<> TargetFile::touch() {
  if (!old_ || old_->touched) return {};
  const timespec now[] = {{0, UTIME_OMIT}, {0, UTIME_NOW}};
  if (::futimens(fd_.get(), now) != 0 || ::fsync(fd_.get()) != 0) {
    return fail(target_error("set the time of", path_));
  }
  old_->touched = true;
  return {};
}

Result<> TargetFile::write_out(std::uint64_t offset, std::span<const std::byte> data) {
  if (data.empty()) return {};
  if (auto touched = touch(); !touched) return touched;
  size_ = std::max(size_, offset + data.size());
  while (!data.empty()) {
    const auto count = ::pwrite(fd_.get(), data.data(), data.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(target_error("write", path_));
    data = data.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<> TargetFile::complete(const FileEnd& end) {
  if (end.size > entry_.size || end.size < position_) {
    return fail(Errc::malformed, "'" + path_ + "' ends at " + std::to_string(end.size) +
                                     ", which is not where its data ends");
  }
  if (auto kept = keep(end.size); !kept) return kept;
  if (hasher_.digest(end.size) != end.digest) {
    if (old_) old_->wrong = true;
    return fail(Errc::transfer_corrupt, "'" + path_ + "' arrived with other data than was read");
  }
  if (size_ != end.size) {
    if (auto touched = touch(); !touched) return touched;
    if (::ftruncate(fd_.get(), static_cast<off_t>(end.size)) != 0) {
      return fail(target_error("set the size of", path_));
    }
  }
  return {};
}

Result<> TargetFile::settle() const {
  return files::settle({fd_.get(), {}, path_}, entry_,
                       temporary_.empty() ? Settle::but_time_and_flags : Settle::but_flags);
}

}  // namespace ferry::files
