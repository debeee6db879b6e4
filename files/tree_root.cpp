// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/tree_root.hpp"

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ferry::files {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;

bool same_mount(const struct statx& a, const struct statx& b) {
  if ((a.stx_mask & b.stx_mask & STATX_MNT_ID) != 0) return a.stx_mnt_id == b.stx_mnt_id;
  return a.stx_dev_major == b.stx_dev_major && a.stx_dev_minor == b.stx_dev_minor;
}

}  // namespace

bool look(int directory, const char* name, struct statx& status) {
  return ::statx(directory, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
                 STATX_BASIC_STATS | STATX_MNT_ID, &status) == 0;
}

std::string proc_path(int directory, std::string_view name) {
  return "/proc/self/fd/" + std::to_string(directory) + '/' + std::string{name};
}

std::shared_ptr<const Fd> DirectoryCache::open(const std::string& path) {
  if (last_ && path_ == path) return last_;
  auto fd = root_->open_directory(path);
  if (!fd) return nullptr;
  keep(path, std::make_shared<const Fd>(std::move(fd)));
  return last_;
}

void DirectoryCache::keep(const std::string& path, std::shared_ptr<const Fd> directory) {
  path_ = path;
  last_ = std::move(directory);
}

Result<TreeRoot> TreeRoot::open(const std::filesystem::path& path, Errc code, Way way) {
  TreeRoot root;
  root.way_ = way;
  root.fd_ = Fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!root.fd_ || !look(root.fd(), ".", root.status_)) {
    return fail(errno_error(code, "open " + path.string()));
  }
  return root;
}

bool TreeRoot::holds(const struct statx& status) const { return same_mount(status_, status); }

Fd TreeRoot::open_directory(std::string_view path) const {
  if (path.empty()) path = ".";
  if (way_ == Way::by_component) return open_by_component(path);
  struct open_how how {};
  how.flags = directory_flags | O_NOATIME;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  const std::string name{path};
  for (;;) {
    Fd fd{static_cast<int>(::syscall(SYS_openat2, fd_.get(), name.c_str(), &how, sizeof how))};
    if (!fd && errno == ENOSYS) return open_by_component(path);
    if (!fd && errno == EPERM && (how.flags & O_NOATIME) != 0) {  // it is for the owner and root
      how.flags = directory_flags;
      continue;
    }
    // EAGAIN: something was renamed meanwhile and the kernel could not prove the way.
    if (fd || (errno != EAGAIN && errno != EINTR)) return fd;
  }
}

Fd TreeRoot::open_by_component(std::string_view path) const {
  Fd fd{::openat(fd_.get(), ".", directory_flags)};
  while (fd && !path.empty()) {
    const auto slash = path.find('/');
    const std::string name{path.substr(0, slash)};
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    struct statx status {};
    if (name == "..") {
      errno = EXDEV;
      return {};
    }
    Fd next{::openat(fd.get(), name.c_str(), directory_flags | O_NOFOLLOW)};
    if (!next && errno == ENOTDIR) {  // what the kernel says of a link as well
      errno = look(fd.get(), name.c_str(), status) && S_ISLNK(status.stx_mode) ? ELOOP : ENOTDIR;
      return {};
    }
    if (next && !look(next.get(), ".", status)) return {};
    if (next && !holds(status)) {
      errno = EXDEV;
      return {};
    }
    fd = std::move(next);
  }
  return fd;
}

}  // namespace ferry::files
