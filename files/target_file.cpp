// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/target_file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/limits.hpp"

namespace ferry::files {

Result<TargetFile> TargetFile::create(std::shared_ptr<const Fd> directory,
                                      const std::string& directory_path,
                                      TemporaryNames& temporary_names, const FileEntry& entry,
                                      const FileHasher& hasher) {
  const auto path = join(directory_path, entry.name);
  if (auto good = check(entry); !good) return fail(good.error());
  if (entry.type != FileType::regular) {
    return fail(Errc::malformed, "data for '" + path + "', which is no regular file");
  }
  const auto create_new = [&](const std::string& name) {
    return Fd{::openat(directory->get(), name.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
  };
  std::string temporary;
  auto fd = create_new(entry.name);
  if (!fd && errno == EEXIST) {
    temporary = temporary_names.next();
    fd = create_new(temporary);
  }
  if (!fd) return fail(target_error("create", path));
  TargetFile file{std::move(directory), entry, hasher.fresh()};
  file.directory_path_ = directory_path;
  file.path_ = path;
  file.temporary_ = std::move(temporary);
  file.fd_ = std::move(fd);
  return file;
}

TargetFile::~TargetFile() {
  if (directory_) (void)::unlinkat(directory_->get(), name().c_str(), 0);
}

std::string TargetFile::release() {
  directory_.reset();
  fd_.reset();
  return std::move(temporary_);
}

Result<> TargetFile::write(std::uint64_t offset, std::span<const std::byte> data) {
  if (offset < position_ || offset % limits::granule_bytes != 0 || offset > entry_.size ||
      data.size() > entry_.size - offset) {
    return fail(Errc::malformed, "'" + path_ + "': " + std::to_string(data.size()) + " bytes at " +
                                     std::to_string(offset) + " are out of order or beyond its " +
                                     std::to_string(entry_.size) + " bytes");
  }
  hasher_.add(offset, data);
  position_ = offset + data.size();
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
  if (hasher_.digest(end.size) != end.digest) {
    return fail(Errc::transfer_corrupt, "'" + path_ + "' arrived with other data than was read");
  }
  if (position_ < end.size && ::ftruncate(fd_.get(), static_cast<off_t>(end.size)) != 0) {
    return fail(target_error("set the size of", path_));
  }
  return settle({fd_.get(), {}, path_}, entry_,
                temporary_.empty() ? Settle::but_time_and_flags : Settle::but_flags);
}

}  // namespace ferry::files
