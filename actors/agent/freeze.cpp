// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/agent/freeze.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/crash_point.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "disk/mounts.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds frozen_max{30};
constexpr std::string_view note_prefix = "held";  // of the names of notes
constexpr std::size_t note_bytes_max = 1 << 20;

dev_t device_of(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_dev : dev_t{0};
}

void note_left_out(const std::string& point, std::string_view why) {
  log::warning("file system is copied without being held still", {{"mount", point}, {"why", why}});
}

/// Where what is mounted from `disk` is mounted, without what this program needs itself.
std::vector<std::string> points_of(const SourceDisk& disk,
                                   const std::filesystem::path& own_folder) {
  std::vector<std::string> points;
  const auto views = device_views(disk.descriptor());
  std::vector<dev_t> seen{device_of("/"), device_of(own_folder)};
  for (const auto& mount : read_mounts()) {
    const bool on_disk = std::ranges::any_of(
        views, [&](const DeviceView& view) { return view.device == mount.device; });
    if (!on_disk || !mount.writable) continue;
    if (std::ranges::count(seen, mount.device) == 0) {
      seen.push_back(mount.device);
      points.push_back(mount.point);
    } else if (mount.device == seen[0] || mount.device == seen[1]) {
      note_left_out(mount.point, "this agent needs it");
    }
  }
  return points;
}

/// A mount point may have any byte in it but this one.
std::string note_of(const std::vector<std::string>& points) {
  std::string text;
  for (const auto& point : points) text.append(point).push_back('\0');
  return text;
}

}  // namespace

std::unique_ptr<Freeze> Freeze::hold(const SourceDisk& disk,
                                     const std::filesystem::path& own_folder) {
  std::unique_ptr<Freeze> freeze{new Freeze};
  const auto points = points_of(disk, own_folder);
  if (points.empty()) return freeze;
  // A frozen file system outlives whoever froze it.
  freeze->note_ = own_folder / random_id(note_prefix);
  const auto noted = write_file_durably(freeze->note_, note_of(points));
  crash_point("agent: file systems are noted, none is held still");
  for (const auto& point : points) {
    auto fd = noted ? open_file(point, O_RDONLY | O_DIRECTORY) : fail(noted.error());
    if (fd && ::ioctl(fd->get(), FIFREEZE, 0) == 0) {
      freeze->frozen_.emplace_back(point, std::move(*fd));
    } else {
      note_left_out(point, fd ? errno_error(Errc::internal, "freeze").what : fd.error().what);
    }
  }
  crash_point("agent: file systems are held still, nothing is sent");
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
  std::error_code ignored;  // absent if nothing was to be frozen
  if (!note_.empty()) std::filesystem::remove(note_, ignored);
}

void Freeze::thaw_left(const std::filesystem::path& own_folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{own_folder, error}) {
    if (!entry.path().filename().string().starts_with(note_prefix)) continue;
    const auto note = read_file(entry.path(), note_bytes_max);
    std::istringstream points{note ? *note : ""};
    for (std::string point; std::getline(points, point, '\0');) {
      const auto fd = open_file(point, O_RDONLY | O_DIRECTORY);
      if (fd && ::ioctl(fd->get(), FITHAW, 0) == 0) {
        log::warning("file system that an agent died over is thawed", {{"mount", point}});
      }
    }
    std::filesystem::remove(entry.path(), error);
  }
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
