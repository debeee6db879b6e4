// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/freeze.hpp"

#include <algorithm>
#include <csignal>
#include <span>

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/subprocess.hpp"
#include "disk/mounts.hpp"

namespace ferry {
namespace {

constexpr int thawed_too_early = 1;  // exit code of the guard

void note_left_out(const std::string& point, std::string_view why) {
  log::warning("file system is copied without being held still", {{"mount", point}, {"why", why}});
}

/// The devices of what this program writes to: what is named, and its log. A file system with
/// subvolumes has many numbers of its own, but is on one device.
std::vector<dev_t> written_devices(std::vector<std::filesystem::path> paths) {
  struct stat status {};
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) continue;
    std::error_code error;
    paths.push_back(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error));
  }
  std::vector<dev_t> devices;
  for (const auto& path : paths) {
    if (const auto mount = mount_of(path)) devices.push_back(mount->device);
  }
  return devices;
}

/// Each file system mounted from the disk for writing, by one of its mount points.
std::vector<Mount> mounts_of(const SourceDisk& disk) {
  std::vector<Mount> found;
  const auto views = device_views(disk.descriptor());
  for (auto& mount : read_mounts()) {
    const bool on_disk = std::ranges::count(views, mount.device, &DeviceView::device) != 0;
    if (!on_disk || !mount.writable) continue;
    if (std::ranges::count(found, mount.device, &Mount::device) != 0) continue;
    found.push_back(std::move(mount));
  }
  return found;
}

/// Kernels before 5.9 close one by one.
void close_all(unsigned first, unsigned last) {
  if (::syscall(SYS_close_range, first, last, 0) == 0) return;
  for (auto fd = first; fd <= last; ++fd) ::close(static_cast<int>(fd));
}

/// The guard: waits until nobody holds the other end of the pipe, or for `wait_ms`, and thaws. A
/// child of a program with threads may call little more than the kernel.
[[noreturn]] void guard(std::span<const int> frozen, int alive, int wait_ms) {
  // Whoever else waits for one of this program's descriptors to close waits for this one, too.
  unsigned next = 0;
  for (const int kept : frozen) {
    if (static_cast<unsigned>(kept) > next) close_all(next, static_cast<unsigned>(kept) - 1);
    next = static_cast<unsigned>(kept) + 1;
  }
  ::closefrom(static_cast<int>(next));
  pollfd watched{alive, POLLIN, 0};
  const int ended = ::poll(&watched, 1, wait_ms);
  for (const int fd : frozen) {
    if (fd != alive) ::ioctl(fd, FITHAW, 0);
  }
  ::_exit(ended > 0 ? 0 : thawed_too_early);
}

}  // namespace

/// Before anything is frozen, so that there is no moment without a guard.
bool Freeze::start_guard(std::chrono::milliseconds longest) {
  auto pipe = make_pipe();
  if (!pipe) return false;
  std::vector<int> kept{pipe->read.get()};
  for (const auto& mount : frozen_) kept.push_back(mount.fd.get());
  std::ranges::sort(kept);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  guard_ = ::fork();
  if (guard_ == 0) guard(kept, pipe->read.get(), static_cast<int>(longest.count()));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  alive_ = std::move(pipe->write);
  return guard_ > 0;
}

/// Returns whether the guard has thawed because it was told to, and not before.
bool Freeze::end_guard() {
  alive_.reset();
  if (guard_ <= 0) return false;
  int status = 0;
  while (::waitpid(guard_, &status, 0) < 0 && errno == EINTR) {
  }
  guard_ = 0;
  return !WIFEXITED(status) || WEXITSTATUS(status) != thawed_too_early;
}

std::unique_ptr<Freeze> Freeze::hold(const SourceDisk& disk, const FreezeOptions& options) {
  std::unique_ptr<Freeze> freeze{new Freeze};
  const auto mounts = mounts_of(disk);
  freeze->complete_ = true;
  if (mounts.empty()) return freeze;
  Holdings held{.hooks = FreezeHooks::find(options.hooks)};
  for (const auto& mount : mounts) held.mounts.push_back(mount.point);
  freeze->note_ = HeldNote{options.notes};
  if (auto noted = freeze->note_->write(held); !noted) {
    note_left_out(mounts.front().point, noted.error().what);
    freeze->complete_ = false;
    return freeze;
  }
  crash_point("agent: file systems are noted, none is held still");
  freeze->hooks_ = std::make_unique<FreezeHooks>(held.hooks);

  const auto written = written_devices(options.written);
  for (const auto& mount : mounts) {
    auto fd = open_file(mount.point, O_RDONLY | O_DIRECTORY);
    if (!fd) {
      note_left_out(mount.point, fd.error().what);
      freeze->complete_ = false;
    } else if (std::ranges::count(written, mount.device) != 0) {
      note_left_out(mount.point, "this agent writes to it");
      freeze->complete_ = false;
    } else {
      freeze->frozen_.push_back({mount.point, std::move(*fd)});
    }
  }
  // What is dirty now is written before the pause, and not in it.
  for (const auto& mount : freeze->frozen_) ::syncfs(mount.fd.get());
  if (!freeze->start_guard(options.longest)) {
    note_left_out(mounts.front().point, "no process can be started that thaws it");
    freeze->frozen_.clear();
    freeze->complete_ = false;
    return freeze;
  }
  std::erase_if(freeze->frozen_, [&](const FrozenMount& mount) {
    if (::ioctl(mount.fd.get(), FIFREEZE, 0) == 0) return false;
    note_left_out(mount.point, errno_error(Errc::internal, "freeze").what);
    freeze->complete_ = false;
    return true;
  });
  crash_point("agent: file systems are held still, nothing is sent");
  return freeze;
}

Freeze::~Freeze() { (void)release(); }

Freeze::Held Freeze::release() {
  const bool guarded = guard_ > 0;
  const bool to_the_end = !guarded || end_guard();
  // If the guard was killed, it has thawed nothing.
  for (const auto& [point, fd] : frozen_) {
    if (::ioctl(fd.get(), FITHAW, 0) != 0 && errno != EINVAL) {
      log::error("file system can't be thawed",
                 {{"mount", point}, {"fix", "run: fsfreeze -u " + point}});
    }
  }
  frozen_.clear();
  if (!to_the_end) {
    log::warning("file systems were thawed before the last pass was over", {});
    complete_ = false;
  }
  const bool prepared = hooks_ != nullptr && hooks_->prepared();
  hooks_.reset();
  if (note_) note_->remove();
  note_.reset();
  if (!complete_) return Held::partly;
  return prepared ? Held::prepared : Held::all;
}

}  // namespace ferry
