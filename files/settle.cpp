// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The order in `settle` matters: a new owner takes setuid bits and capabilities away, an
// attribute that can't be set keeps nothing else from being as listed, and an immutable file
// refuses all.
#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.hpp"
#include "files/file_metadata.hpp"
#include "files/tree_root.hpp"

namespace ferry::files {
namespace {

constexpr std::uint32_t locking_flags = flag_immutable | flag_append;
constexpr std::string_view capability = "security.capability";
constexpr std::string_view access_list = "system.posix_acl_access";
/// Of a file with an access list these are the most that the list may give. Without the list they
/// would be rights of the owning group, so it gets none.
constexpr std::uint32_t group_bits = 070;

/// Sets exactly these of our flags and leaves the file system's own ones as they are.
Result<> set_flags(const Place& place, std::uint32_t flags) {
  const Fd fd{::openat(place.directory, place.name.c_str(),
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  int bits = 0;
  if (!fd || ::ioctl(fd.get(), FS_IOC_GETFLAGS, &bits) != 0) {
    return fail(target_error("read the flags of", place.path));
  }
  const auto put = [&](std::uint32_t flag, int bit) {
    bits = (flags & flag) != 0 ? bits | bit : bits & ~bit;
  };
  put(flag_immutable, FS_IMMUTABLE_FL);
  put(flag_append, FS_APPEND_FL);
  put(flag_nodump, FS_NODUMP_FL);
  if (::ioctl(fd.get(), FS_IOC_SETFLAGS, &bits) != 0) {
    return fail(target_error("set the flags of", place.path));
  }
  return {};
}

bool has_flags(FileType type) { return type == FileType::regular || type == FileType::directory; }

const Xattr* find(const std::vector<Xattr>& xattrs, std::string_view name) {
  const auto at = std::ranges::lower_bound(xattrs, name, {}, &Xattr::name);
  return at != xattrs.end() && at->name == name ? &*at : nullptr;
}

/// What differs between the file as it is and as it has to be.
struct Difference {
  bool owner = false, mode = false, time = false, flags = false;
  std::vector<const Xattr*> remove, set;

  [[nodiscard]] bool any() const {
    return owner || mode || time || !remove.empty() || !set.empty();
  }
};

Difference compare(const FileEntry& have, const FileEntry& wanted) {
  Difference difference;
  difference.owner = have.uid != wanted.uid || have.gid != wanted.gid;
  const bool symlink = wanted.type == FileType::symlink;  // whose mode means nothing
  difference.mode = !symlink && (have.mode != wanted.mode || difference.owner);
  difference.time = have.mtime != wanted.mtime;
  difference.flags = has_flags(wanted.type) && have.flags != wanted.flags;
  for (const auto& xattr : have.xattrs) {
    // A label can be changed but not taken away: the kernel gives every file one.
    if (xattr.name == "security.selinux") continue;
    if (find(wanted.xattrs, xattr.name) == nullptr) difference.remove.push_back(&xattr);
  }
  for (const auto& xattr : wanted.xattrs) {
    const auto* now = find(have.xattrs, xattr.name);
    if (now == nullptr || now->value != xattr.value ||
        (difference.owner && xattr.name == capability)) {
      difference.set.push_back(&xattr);
    }
  }
  return difference;
}

bool set_xattr(const Place& place, const Xattr& xattr) {
  const auto& [name, value] = xattr;
  const auto done = place.name.empty()
                        ? ::fsetxattr(place.directory, name.c_str(), value.data(), value.size(), 0)
                        : ::lsetxattr(proc_path(place.directory, place.name).c_str(), name.c_str(),
                                      value.data(), value.size(), 0);
  return done == 0;
}

bool remove_xattr(const Place& place, const std::string& name) {
  const auto done =
      place.name.empty()
          ? ::fremovexattr(place.directory, name.c_str())
          : ::lremovexattr(proc_path(place.directory, place.name).c_str(), name.c_str());
  return done == 0 || errno == ENODATA;
}

Result<> set_mode(const Place& place, std::uint32_t mode) {
  const auto done = place.name.empty() ? ::fchmod(place.directory, mode)
                                       : ::fchmodat(place.directory, place.name.c_str(), mode, 0);
  return done == 0 ? Result<>{} : fail(target_error("set the mode of", place.path));
}

/// Goes on behind an attribute that can't be held, and returns the first such error: the others
/// are to be as listed. An old value doesn't stay in the place of one that can't be held.
Result<> set_xattrs(const Place& place, const FileEntry& entry, const Difference& difference) {
  Result<> held;
  for (const auto* xattr : difference.set) {
    if (set_xattr(place, *xattr)) continue;
    // For an attribute "no space" and "quota" speak of the inode, not of the disk.
    if (errno == ENOSPC || errno == EDQUOT) errno = E2BIG;
    auto error = target_error("set the attribute " + xattr->name + " of", place.path);
    if (!is_issue(error)) return fail(std::move(error));
    if (held) held = fail(std::move(error));
    (void)remove_xattr(place, xattr->name);
    if (xattr->name != access_list) continue;
    if (auto narrowed = set_mode(place, entry.mode & ~group_bits); !narrowed) return narrowed;
  }
  return held;
}

Result<> change(const Place& place, const FileEntry& entry, const Difference& difference) {
  const auto* name = place.name.c_str();
  for (const auto* xattr : difference.remove) {
    if (!remove_xattr(place, xattr->name)) {
      return fail(target_error("remove the attribute " + xattr->name + " of", place.path));
    }
  }
  if (difference.owner && ::fchownat(place.directory, name, entry.uid, entry.gid,
                                     AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) != 0) {
    return fail(target_error("set the owner of", place.path));
  }
  // It is no symbolic link: `look` saw its type, and only this writer changes the tree.
  if (difference.mode) {
    if (auto set = set_mode(place, entry.mode); !set) return set;
  }
  auto attributes = set_xattrs(place, entry, difference);
  if (!attributes && !is_issue(attributes.error())) return attributes;
  if (difference.time) {
    if (auto set = set_time(place, entry); !set) return set;
  }
  return attributes;
}

}  // namespace

Result<> set_time(const Place& place, const FileEntry& entry) {
  const timespec times[] = {{0, UTIME_OMIT}, {entry.mtime.seconds, entry.mtime.nanoseconds}};
  const auto done = place.name.empty() ? ::futimens(place.directory, times)
                                       : ::utimensat(place.directory, place.name.c_str(), times,
                                                     AT_SYMLINK_NOFOLLOW);
  if (done == 0) return {};
  return fail(target_error("set the time of", place.path));
}

Result<> settle(const Place& place, const FileEntry& entry, Settle what) {
  struct statx status {};
  if (!look(place.directory, place.name.c_str(), status)) {
    return fail(target_error("look at", place.path));
  }
  return settle(place, entry_of(status, place.name), entry, what);
}

Result<> settle(const Place& place, FileEntry have, const FileEntry& entry, Settle what) {
  if (have.type != entry.type) {
    return fail(Errc::file_unsupported, "'" + place.path + "' is of another type than listed");
  }
  if (auto read = read_xattrs(place, have); !read) return read;
  auto difference = compare(have, entry);
  if (what == Settle::but_time_and_flags) difference.time = false;
  const bool locked = (have.flags & locking_flags) != 0;
  if (difference.any() && locked) {
    if (auto lifted = set_flags(place, 0); !lifted) return lifted;
  }
  auto changed = change(place, entry, difference);
  if (what != Settle::all || !has_flags(entry.type)) return changed;
  if (difference.flags || (difference.any() && locked)) {
    // Also after a failure: what was immutable must not stay open.
    if (auto set = set_flags(place, entry.flags); !set && changed) return set;
  }
  return changed;
}

Result<bool> is_unsettled(const Place& place, FileEntry have, const FileEntry& entry,
                          bool may_lack_attributes) {
  if (auto read = read_xattrs(place, have); !read) return fail(read.error());
  auto difference = compare(have, entry);
  if (!may_lack_attributes) return difference.any() || difference.flags;
  const bool narrowed = find(entry.xattrs, access_list) != nullptr &&
                        find(have.xattrs, access_list) == nullptr && !difference.owner &&
                        have.mode == (entry.mode & ~group_bits);
  if (narrowed) difference.mode = false;
  std::erase_if(difference.set,
                [&](const Xattr* xattr) { return find(have.xattrs, xattr->name) == nullptr; });
  return difference.any() || (have.flags & ~entry.flags) != 0;
}

Result<> lift_flags(const Place& place) {
  struct statx status {};
  if (!look(place.directory, place.name.c_str(), status)) {
    return fail(target_error("look at", place.path));
  }
  const auto have = entry_of(status, place.name);
  if (!has_flags(have.type) || (have.flags & locking_flags) == 0) return {};
  return set_flags(place, have.flags & ~locking_flags);
}

}  // namespace ferry::files
