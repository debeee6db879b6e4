// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/guest_root.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <memory>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ferry {
namespace {

std::string descriptor_path(const Fd& fd) { return "/proc/self/fd/" + std::to_string(fd.get()); }

Result<std::string> link_target(int folder, const char* name) {
  std::array<char, 4096> target{};
  const auto size = ::readlinkat(folder, name, target.data(), target.size());
  if (size < 0) return fail(errno_error(Errc::guest_unusable, std::string{"readlink "} + name));
  return std::string{target.data(), static_cast<std::size_t>(size)};
}

std::string entry_path(const std::string& folder, std::string_view name) {
  return (folder == "/" ? "" : folder) + "/" + std::string{name};
}

}  // namespace

std::string parent_of(std::string_view located) {
  const auto slash = located.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/"
                                                       : std::string{located.substr(0, slash)};
}

std::string name_of(std::string_view located) {
  return std::string{located.substr(located.rfind('/') + 1)};
}

Result<GuestRoot> GuestRoot::open(const std::string& folder) {
  Fd fd{::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (!fd) return fail(errno_error(Errc::guest_unusable, "guest root " + folder));
  auto real = link_target(AT_FDCWD, descriptor_path(fd).c_str());
  if (!real) return fail(real.error());
  return GuestRoot{std::move(fd), std::move(*real)};
}

Fd GuestRoot::resolve(std::string_view path, std::uint64_t flags) const {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC | flags;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  const std::string name{path};
  // EAGAIN: somebody renames in the tree right now.
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto fd = ::syscall(SYS_openat2, fd_.get(), name.c_str(), &how, sizeof how);
    if (fd >= 0 || errno != EAGAIN) return Fd{static_cast<int>(fd)};
  }
  return {};
}

Result<std::string> GuestRoot::path_of(const Fd& fd) const {
  auto path = link_target(AT_FDCWD, descriptor_path(fd).c_str());
  if (!path) return path;
  if (*path == folder_) return "/";
  if (folder_ == "/") return path;
  if (!path->starts_with(folder_ + "/")) {
    return fail(Errc::guest_unusable, *path + " is not beneath " + folder_);
  }
  return path->substr(folder_.size());
}

Result<std::string> GuestRoot::locate_name(std::string_view path) const {
  auto at = path;
  while (at.size() > 1 && at.back() == '/') at.remove_suffix(1);
  const auto name = name_of(at);
  if (name.empty() || name == "." || name == ".." || name.size() > NAME_MAX) {
    return fail(Errc::guest_unusable, "'" + std::string{path} + "' names no file");
  }
  const auto parent = parent_of(at);
  if (const auto folder = resolve(parent, O_DIRECTORY)) {
    auto real = path_of(folder);
    return real ? Result<std::string>{entry_path(*real, name)} : real;
  }
  if (errno != ENOENT || parent == "/") {
    return fail(errno_error(Errc::guest_unusable, "folder " + parent + " of the guest"));
  }
  // The folder isn't there. A link of that name would lead nowhere.
  auto real = locate(parent);
  return real ? Result<std::string>{entry_path(*real, name)} : real;
}

Result<std::string> GuestRoot::locate(std::string_view path) const {
  if (const auto found = resolve(path, 0)) return path_of(found);
  const int why = errno;
  if (why == ENOENT) {
    auto located = locate_name(path);
    if (!located) return located;
    const auto name = resolve(*located, O_NOFOLLOW);
    if (!name) return located;
  }
  errno = why;
  return fail(errno_error(Errc::guest_unusable, std::string{path} + " of the guest"));
}

Result<Fd> GuestRoot::open_regular(std::string_view path) const {
  const auto found = resolve(path, 0);
  const std::string what = std::string{path} + " of the guest";
  if (!found) return fail(errno_error(Errc::guest_unusable, what));
  struct stat status {};
  if (::fstat(found.get(), &status) != 0) return fail(errno_error(Errc::guest_unusable, what));
  // Opening a pipe may wait for ever, and opening a device may do anything.
  if (!S_ISREG(status.st_mode)) return fail(Errc::guest_unusable, what + " is not a regular file");
  return open_file(descriptor_path(found), O_RDONLY | O_NOATIME);
}

Result<MaybeContent> GuestRoot::content(const std::string& located, std::uint64_t bytes_max) const {
  const auto found = resolve(located, O_NOFOLLOW);
  const auto what = located + " of the guest";
  if (!found) {
    if (errno == ENOENT || errno == ENOTDIR) return MaybeContent{};
    return fail(errno_error(Errc::guest_unusable, what));
  }
  struct stat status {};
  if (::fstat(found.get(), &status) != 0) return fail(errno_error(Errc::guest_unusable, what));
  if (S_ISLNK(status.st_mode)) {
    auto target = link_target(found.get(), "");
    if (!target) return fail(target.error());
    return Content{Content::Kind::link, std::move(*target), 0777};
  }
  if (!S_ISREG(status.st_mode)) return fail(Errc::guest_unusable, what + " is not a regular file");
  if (static_cast<std::uint64_t>(status.st_size) > bytes_max) {
    return fail(Errc::limit_exceeded, what + " has " + std::to_string(status.st_size) +
                                          " bytes, far more than a file of settings");
  }
  const auto path = descriptor_path(found);
  auto fd = open_file(path, O_RDONLY | O_NOATIME);
  if (!fd) return fail(fd.error());
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  if (auto read = read_at(*fd, bytes.data(), bytes.size(), 0); !read) return fail(read.error());
  return Content{Content::Kind::file, std::move(bytes), status.st_mode & 07777U};
}

bool GuestRoot::has(std::string_view path) const { return static_cast<bool>(resolve(path, 0)); }

bool GuestRoot::has_folder(std::string_view path) const {
  return static_cast<bool>(resolve(path, O_DIRECTORY));
}

std::vector<std::string> GuestRoot::list(std::string_view path) const {
  std::vector<std::string> names;
  const auto found = resolve(path, O_DIRECTORY);
  if (!found) return names;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir(descriptor_path(found).c_str()),
                                                   ::closedir};
  while (folder && names.size() < limits::guest_names_max) {
    const auto* entry = ::readdir(folder.get());
    if (entry == nullptr) break;
    const std::string name{entry->d_name};
    if (name != "." && name != "..") names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

Result<Fd> GuestRoot::open_folder(const std::string& located) const {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const auto fd = ::syscall(SYS_openat2, fd_.get(), located.c_str(), &how, sizeof how);
  if (fd >= 0) return Fd{static_cast<int>(fd)};
  return fail(errno_error(errno == ENOENT ? Errc::not_found : Errc::guest_unusable,
                          "folder " + located + " of the guest"));
}

}  // namespace ferry
