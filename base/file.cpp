// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ferry {

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<Fd> open_file(const std::filesystem::path& path, int flags, unsigned mode) {
  Fd fd{::open(path.c_str(), flags | O_CLOEXEC, mode)};
  if (!fd) return fail(errno_error(Errc::disk_missing, "open " + path.string()));
  return fd;
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return fail(fd.error());
  std::string bytes;
  char buffer[65536];
  for (;;) {
    const auto count = ::read(fd->get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(errno_error(Errc::disk_read_failed, "read " + path.string()));
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (bytes.size() > bytes_max) {
      return fail(Errc::limit_exceeded,
                  path.string() + " is larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

Result<> write_file_durably(const std::filesystem::path& path, std::string_view bytes,
                            unsigned mode) {
  const auto temporary = path.string() + ".new";
  auto fd = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!fd) return fail(fd.error());
  if (auto done = write_at(*fd, bytes.data(), bytes.size(), 0); !done) return done;
  if (::fsync(fd->get()) != 0)
    return fail(errno_error(Errc::disk_write_failed, "fsync " + temporary));
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "rename " + temporary));
  }
  return sync_folder(path.parent_path());
}

Result<> make_folder(const std::filesystem::path& path, unsigned mode) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    errno = error.value();
    return fail(errno_error(Errc::disk_write_failed, "mkdir " + path.string()));
  }
  if (::chmod(path.c_str(), mode) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "chmod " + path.string()));
  }
  return {};
}

Result<> sync_folder(const std::filesystem::path& path) {
  const auto folder = path.empty() ? std::filesystem::path{"."} : path;
  auto fd = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!fd) return fail(fd.error());
  if (::fsync(fd->get()) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "fsync " + folder.string()));
  }
  return {};
}

Result<> read_at(const Fd& fd, void* to, std::size_t count, std::uint64_t offset) {
  auto* bytes = static_cast<char*>(to);
  while (count > 0) {
    const auto got = ::pread(fd.get(), bytes, count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(errno_error(Errc::disk_read_failed, "read at byte " + std::to_string(offset)));
    }
    if (got == 0) return fail(Errc::disk_shrank, "end of disk at byte " + std::to_string(offset));
    bytes += got;
    count -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
  return {};
}

Result<> write_at(const Fd& fd, const void* from, std::size_t count, std::uint64_t offset) {
  const auto* bytes = static_cast<const char*>(from);
  while (count > 0) {
    const auto put = ::pwrite(fd.get(), bytes, count, static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      return fail(errno_error(Errc::disk_write_failed, "write at byte " + std::to_string(offset)));
    }
    bytes += put;
    count -= static_cast<std::size_t>(put);
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

}  // namespace ferry
