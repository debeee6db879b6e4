// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/snapshot.hpp"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "actors/agent/freeze_hooks.hpp"
#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/snapshot_name.hpp"
#include "disk/mounts.hpp"
#include "disk/subvolumes.hpp"

namespace ferry {
namespace {

std::string failed(const std::string& doing) { return errno_error(Errc::internal, doing).what; }

/// By name and not by number, which kernels before 5.7 don't take. Durable once it returns true,
/// which it does as well if there is none.
bool destroy(const Fd& origin, const std::string& name) {
  btrfs_ioctl_vol_args args{};
  name.copy(args.name, sizeof args.name - 1);
  if (::ioctl(origin.get(), BTRFS_IOC_SNAP_DESTROY, &args) == 0 || errno == ENOENT) {
    return ::syncfs(origin.get()) == 0;
  }
  log::error("a snapshot can't be removed, the agent tries again when it starts",
             {{"name", name},
              {"why", failed("remove it")},
              {"fix", "run: btrfs subvolume delete PATH, where it lies in the root of its mount"}});
  return false;
}

}  // namespace

std::unique_ptr<Snapshot> Snapshot::take(const std::string& root,
                                         const std::filesystem::path& notes,
                                         const std::filesystem::path& hooks) {
  auto origin = open_file(root, O_RDONLY | O_DIRECTORY);
  const auto subvolume = origin ? subvolume_number(*origin) : std::nullopt;
  if (!subvolume) return nullptr;
  std::unique_ptr<Snapshot> snapshot{
      new Snapshot{std::move(*origin), {*subvolume, new_snapshot_name()}, HeldNote{notes}}};
  if (const auto why = snapshot->make(hooks); !why.empty()) {
    log::warning("no snapshot is read, the file system is held still instead",
                 {{"root", root}, {"why", why}});
    return nullptr;
  }
  snapshot->mount_points_ = mount_points_below(root);
  log::info("a snapshot is read", {{"root", root}, {"pause_ms", snapshot->pause_.count()}});
  return snapshot;
}

std::string Snapshot::make(const std::filesystem::path& hooks) {
  if (auto why = objection_to_snapshot(origin_); !why.empty()) return why;
  // What is dirty now is written before the pause. The second one finds what is dirty after a
  // moment, as the snapshot will.
  ::syncfs(origin_.get());
  const auto synced = steady_ms();
  ::syncfs(origin_.get());
  pause_expected_ = std::chrono::milliseconds{steady_ms() - synced};

  const auto programs = FreezeHooks::find(hooks);
  if (auto noted = note_.write({.hooks = programs, .snapshot = place_}); !noted) {
    return noted.error().what;
  }
  noted_ = true;
  crash_point("agent: a snapshot is noted, none is made");
  {
    const FreezeHooks resting{programs};
    const auto began = steady_ms();
    if (auto why = create(); !why.empty()) return why;
    pause_ = std::chrono::milliseconds{steady_ms() - began};
    prepared_ = resting.prepared();
    crash_point("agent: a snapshot is made, applications are at rest");
  }
  // From now on they work, and the next agent has nothing to tell them.
  if (auto noted = note_.write({.snapshot = place_}); !noted) return noted.error().what;
  if (auto why = open(); !why.empty()) return why;
  // A subvolume may have been made since it was looked for.
  return objection_to_snapshot(origin_);
}

std::string Snapshot::create() {
  btrfs_ioctl_vol_args_v2 args{};
  args.fd = origin_.get();
  args.flags = BTRFS_SUBVOL_RDONLY;
  place_.name.copy(args.name, sizeof args.name - 1);
  return ::ioctl(origin_.get(), BTRFS_IOC_SNAP_CREATE_V2, &args) == 0 ? "" : failed("make it");
}

/// Whoever may write to the root of the mount may have put something else in its place.
std::string Snapshot::open() {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  fd_ = Fd{::openat(origin_.get(), place_.name.c_str(), flags)};
  if (!fd_) return failed("open it");
  std::uint64_t is = 0;
  if (!subvolume_number(fd_) || ::ioctl(fd_.get(), BTRFS_IOC_SUBVOL_GETFLAGS, &is) != 0 ||
      (is & BTRFS_SUBVOL_RDONLY) == 0) {
    return "another folder has its name";
  }
  return {};
}

Snapshot::~Snapshot() {
  if (!noted_) return;
  fd_ = Fd{};
  if (destroy(origin_, place_.name)) note_.remove();
}

bool Snapshot::remove_left(const SnapshotPlace& left) {
  if (!is_snapshot_name(left.name)) return true;
  for (const auto& mount : read_mounts()) {
    if (mount.filesystem != "btrfs") continue;
    const auto origin = open_file(mount.point, O_RDONLY | O_DIRECTORY);
    if (!origin || subvolume_number(*origin) != left.subvolume) continue;
    if (!destroy(*origin, left.name)) return false;
    log::warning("snapshot that an agent died over is gone",
                 {{"mount", mount.point}, {"name", left.name}});
    return true;
  }
  log::warning(
      "snapshot that an agent died over can't be looked for, its file system isn't mounted",
      {{"name", left.name}, {"fix", "mount it, and start the agent again"}});
  return false;
}

}  // namespace ferry
