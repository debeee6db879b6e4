// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/mount_namespace.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.hpp"

namespace ferry {
namespace {

bool share_no_mount() { return ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0; }

/// A chroot's root is no mount, and what it lies on can only be named from the namespace's own
/// root. That is where setns goes, into the namespace that this thread is in already.
bool share_no_mount_outside_chroot() {
  const Fd root{::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)};
  const Fd here{::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)};
  const Fd own{::open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC)};
  return root && here && own && ::setns(own.get(), CLONE_NEWNS) == 0 && share_no_mount() &&
         ::fchdir(root.get()) == 0 && ::chroot(".") == 0 && ::fchdir(here.get()) == 0;
}

}  // namespace

Result<> enter_mount_namespace() {
  if (::unshare(CLONE_NEWNS) != 0) {
    return fail(errno_error(errno == EPERM ? Errc::not_root : Errc::internal,
                            "a mount namespace of its own"));
  }
  if (share_no_mount() || share_no_mount_outside_chroot()) return {};
  return fail(errno_error(Errc::internal, "mounts that nobody else sees"));
}

}  // namespace ferry
