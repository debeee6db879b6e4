// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/freeze.hpp"

#include <algorithm>
#include <chrono>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/log.hpp"
#include "disk/mounts.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds frozen_max{30};

dev_t device_of(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_dev : dev_t{0};
}

void note_left_out(const std::string& point, std::string_view why) {
  log::warning("file system is copied without being held still", {{"mount", point}, {"why", why}});
}

}  // namespace

std::unique_ptr<Freeze> Freeze::hold(const SourceDisk& disk,
                                     const std::filesystem::path& own_folder) {
  std::unique_ptr<Freeze> freeze{new Freeze};
  const auto views = device_views(disk.descriptor());
  std::vector<dev_t> seen{device_of("/"), device_of(own_folder)};
  for (const auto& mount : read_mounts()) {
    const bool on_disk = std::ranges::any_of(
        views, [&](const DeviceView& view) { return view.device == mount.device; });
    if (!on_disk || !mount.writable) continue;
    if (std::ranges::count(seen, mount.device) > 0) {
      if (mount.device == seen[0] || mount.device == seen[1])
        note_left_out(mount.point, "this agent needs it");
      continue;
    }
    seen.push_back(mount.device);
    auto fd = open_file(mount.point, O_RDONLY | O_DIRECTORY);
    if (fd && ::ioctl(fd->get(), FIFREEZE, 0) == 0) {
      freeze->frozen_.emplace_back(mount.point, std::move(*fd));
    } else {
      note_left_out(mount.point, errno_error(Errc::internal, "freeze").what);
    }
  }
  if (freeze->frozen_.empty()) return freeze;
  freeze->watchdog_ = std::jthread{[raw = freeze.get()](const std::stop_token& stop) {
    std::unique_lock lock{raw->mutex_};
    if (raw->wake_.wait_for(lock, stop, frozen_max, [] { return false; }) || stop.stop_requested())
      return;
    log::error("file systems are thawed before the last pass is over",
               {{"seconds", static_cast<std::int64_t>(frozen_max.count())}});
    raw->thaw();
  }};
  return freeze;
}

Freeze::~Freeze() {
  watchdog_ = {};
  thaw();
}

void Freeze::thaw() {
  for (auto& [point, fd] : frozen_) {
    if (::ioctl(fd.get(), FITHAW, 0) != 0) {
      log::error("file system can't be thawed",
                 {{"mount", point}, {"fix", "run: fsfreeze -u " + point}});
    }
  }
  frozen_.clear();
}

}  // namespace ferry
