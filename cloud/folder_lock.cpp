// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/folder_lock.hpp"

#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <sys/file.h>

#include "base/pause.hpp"

namespace ferry {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder,
                                    const std::stop_token& stop) {
  constexpr std::chrono::milliseconds pause{100};
  auto fd = open_file(folder / ".lock", O_RDWR | O_CREAT);
  if (!fd) return fail(fd.error());
  while (::flock(fd->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail(errno_error(Errc::disk_write_failed, "lock " + (folder / ".lock").string()));
    }
    // flock itself can't be woken by a stop request, hence the short waits.
    if (!pause_for(pause, stop)) {
      return fail(Errc::canceled, "waiting for the lock of " + folder.string());
    }
  }
  return FolderLock{std::move(*fd)};
}

}  // namespace ferry
