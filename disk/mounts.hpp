// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Through which devices the bytes of a disk can be reached, and which of them are
// mounted. A disk may be mounted by its partitions, by a loop device over its
// image file, or by a mapped volume on top; all of these must be known, because a
// mounted disk is read in another way than one at rest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ferry {

/// One line of /proc/self/mountinfo.
struct Mount {
  dev_t device = 0;
  std::string root;  // what of the file system is mounted: "/" is all of it
  std::string point;
  std::string filesystem;
  bool writable = false;  // of the file system, not only of this mount point
};

/// A block device that shows a range of the disk.
struct DeviceView {
  dev_t device = 0;
  std::string name;        // "sda1", as in /sys/class/block
  std::int64_t start = 0;  // bytes from the start of the disk; -1 if not linear
  std::uint64_t size = 0;  // bytes
  bool held = false;       // a mapped volume or RAID stands on it
};

/// The mounts of this process's name space; empty if they cannot be read.
[[nodiscard]] std::vector<Mount> read_mounts();

/// The mount that the file or folder lies on; nothing if that can't be told.
[[nodiscard]] std::optional<Mount> mount_of(const std::filesystem::path& path);

/// Paths, relative to the folder, of all mount points below it.
[[nodiscard]] std::set<std::string> mount_points_below(const std::filesystem::path& folder);

/// All devices that show bytes of the block device or file behind `fd`, the
/// device itself first.
[[nodiscard]] std::vector<DeviceView> device_views(int fd);

[[nodiscard]] bool is_mounted(const std::vector<DeviceView>& views);

/// Returns "/dev/sda1" if that node is the view's device, else nothing.
[[nodiscard]] std::string device_node(const DeviceView& view);

/// The first line of a file in /sys or /proc, without its line end; empty if absent.
[[nodiscard]] std::string sysfs_text(const std::string& path);
/// A decimal number from a file in /sys; `otherwise` if absent or not a number.
[[nodiscard]] std::uint64_t sysfs_number(const std::string& path, std::uint64_t otherwise);

}  // namespace ferry
