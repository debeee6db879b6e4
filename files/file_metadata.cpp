// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/file_metadata.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "files/tree_root.hpp"

namespace ferry::files {
namespace {

FileType type_of(unsigned mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR: return FileType::directory;
    case S_IFLNK: return FileType::symlink;
    case S_IFIFO: return FileType::fifo;
    case S_IFSOCK: return FileType::socket;
    case S_IFCHR: return FileType::character;
    case S_IFBLK: return FileType::block;
    default: return FileType::regular;
  }
}

/// The kernel makes security.evm itself, from the inode's number.
bool travels(std::string_view name) {
  return name.starts_with("user.") || name.starts_with("trusted.") ||
         (name.starts_with("security.") && name != "security.evm") ||
         name == "system.posix_acl_access" || name == "system.posix_acl_default";
}

std::string quoted(std::string_view doing, std::string_view path) {
  return std::string{doing} + " '" + std::string{path} + "'";
}

tl::unexpected<Error> beyond(const Place& place, const std::string& what) {
  return fail(Errc::file_unsupported, quoted("read the attributes of", place.path) + ": " + what);
}

// Of files that have attributes most have few. For every call the kernel allocates as much as the
// caller has room for, which for the largest attributes costs more than all the rest.
constexpr std::size_t xattr_bytes_usual = 1024;

/// Calls `read` with the usual room, and with all of the buffer if that is too small.
template <class Read>
ssize_t read_growing(std::vector<char>& buffer, const Read& read) {
  const auto size = read(buffer.data(), std::min(xattr_bytes_usual, buffer.size()));
  return size < 0 && errno == ERANGE ? read(buffer.data(), buffer.size()) : size;
}

}  // namespace

Error target_error(std::string_view doing, std::string_view path) {
  const bool disk = errno == EIO || errno == EROFS || errno == ENOMEM || errno == EMFILE;
  return errno_error(disk ? Errc::disk_write_failed : Errc::file_unsupported, quoted(doing, path));
}

Error directory_error(std::string_view path) {
  const bool link = errno == ELOOP;
  auto error = target_error("open the directory", path);
  if (link) error.code = Errc::malformed;
  return error;
}

Error source_error(std::string_view doing, std::string_view path) {
  // What is no longer what it was listed as has been removed or replaced meanwhile.
  const bool gone = errno == ENOENT || errno == ELOOP || errno == ENOTDIR || errno == ESTALE;
  return errno_error(gone ? Errc::file_changed : Errc::file_unreadable, quoted(doing, path));
}

bool is_issue(const Error& error) {
  return error.code == Errc::file_changed || error.code == Errc::file_unreadable ||
         error.code == Errc::file_unsupported;
}

FileEntry entry_of(const struct statx& status, std::string_view name) {
  FileEntry entry;
  entry.name = name;
  entry.type = type_of(status.stx_mode);
  entry.mode = status.stx_mode & 07777U;
  entry.uid = status.stx_uid;
  entry.gid = status.stx_gid;
  entry.mtime = {status.stx_mtime.tv_sec, status.stx_mtime.tv_nsec};
  entry.ctime = {status.stx_ctime.tv_sec, status.stx_ctime.tv_nsec};
  if (entry.type == FileType::regular) entry.size = status.stx_size;
  if (entry.type == FileType::character || entry.type == FileType::block) {
    entry.device_major = status.stx_rdev_major;
    entry.device_minor = status.stx_rdev_minor;
  }
  entry.several_names = entry.type != FileType::directory && status.stx_nlink > 1;
  if (entry.several_names) {
    entry.identity = {std::uint64_t{status.stx_dev_major} << 32 | status.stx_dev_minor,
                      status.stx_ino};
  }
  if ((status.stx_attributes & STATX_ATTR_IMMUTABLE) != 0) entry.flags |= flag_immutable;
  if ((status.stx_attributes & STATX_ATTR_APPEND) != 0) entry.flags |= flag_append;
  if ((status.stx_attributes & STATX_ATTR_NODUMP) != 0) entry.flags |= flag_nodump;
  return entry;
}

Result<> read_xattrs(const Place& place, FileEntry& entry) {
  entry.xattrs.clear();
  const bool open = place.name.empty();
  const auto path = open ? std::string{} : proc_path(place.directory, place.name);
  thread_local std::vector<char> names(XATTR_LIST_MAX), value(XATTR_SIZE_MAX);
  const auto listed = read_growing(names, [&](char* to, std::size_t room) {
    return open ? ::flistxattr(place.directory, to, room) : ::llistxattr(path.c_str(), to, room);
  });
  if (listed < 0 && errno == ENOTSUP) return {};
  if (listed < 0 && errno == E2BIG) return beyond(place, "their names don't fit into 64 KiB");
  if (listed < 0) return fail(source_error("read the attributes of", place.path));
  std::size_t bytes = 0;
  std::string_view rest{names.data(), static_cast<std::size_t>(listed)};
  while (!rest.empty()) {
    const std::string name{rest.substr(0, rest.find('\0'))};
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (!travels(name)) continue;
    const auto size = read_growing(value, [&](char* to, std::size_t room) {
      return open ? ::fgetxattr(place.directory, name.c_str(), to, room)
                  : ::lgetxattr(path.c_str(), name.c_str(), to, room);
    });
    if (size < 0 && errno == ENODATA) continue;  // removed since it was listed
    if (size < 0) return fail(source_error("read the attribute " + name + " of", place.path));
    bytes += name.size() + static_cast<std::size_t>(size);
    if (bytes > limits::xattrs_bytes_max || entry.xattrs.size() == limits::xattrs_max) {
      return beyond(place, "more than " + std::to_string(limits::xattrs_max) + " or than " +
                               std::to_string(limits::xattrs_bytes_max) + " bytes");
    }
    entry.xattrs.push_back({name, {value.data(), static_cast<std::size_t>(size)}});
  }
  std::ranges::sort(entry.xattrs, {}, &Xattr::name);
  return {};
}

Result<> read_target(const Place& place, FileEntry& entry) {
  char target[limits::file_path_bytes_max + 1];
  const auto size = ::readlinkat(place.directory, place.name.c_str(), target, sizeof target);
  if (size < 0) return fail(source_error("read the symbolic link", place.path));
  entry.target.assign(target, static_cast<std::size_t>(size));
  return {};
}

}  // namespace ferry::files
