// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/discovery.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include <sys/sysmacros.h>

#include "disk/mounts.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

/// True for devices that are no disks, or only show other disks again.
bool is_derived(std::string_view name) {
  constexpr std::array prefixes{"loop", "ram", "zram", "dm-", "md", "sr", "fd"};
  const bool boot_area = name.starts_with("mmcblk") &&
                         (name.find("boot") != name.npos || name.find("rpmb") != name.npos);
  return boot_area ||
         std::ranges::any_of(prefixes, [&](const char* p) { return name.starts_with(p); });
}

/// Follows partitions and mapped volumes down to the disk they lie on.
std::string disk_below(std::string name) {
  for (int depth = 0; depth < 8; ++depth) {
    const fs::path folder = "/sys/class/block/" + name;
    std::error_code error;
    if (fs::exists(folder / "partition", error)) {
      name = fs::canonical(folder, error).parent_path().filename();
      continue;
    }
    const fs::directory_iterator slaves{folder / "slaves", error};
    if (error || slaves == fs::directory_iterator{}) return name;
    name = slaves->path().filename();
  }
  return name;
}

std::string root_disk() {
  std::string name;
  for (const auto& mount : read_mounts()) {
    if (mount.point != "/") continue;
    std::error_code error;
    const auto link = fs::read_symlink("/sys/dev/block/" + std::to_string(major(mount.device)) +
                                           ':' + std::to_string(minor(mount.device)),
                                       error);
    // The last of several mounts on "/" is the visible one.
    name = error ? std::string{} : disk_below(link.filename());
  }
  return name;
}

}  // namespace

std::vector<std::string> discover_disks() {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it{"/sys/block", error}, end; !error && it != end;
       it.increment(error)) {
    const auto folder = it->path().string();
    const std::string name = it->path().filename();
    if (is_derived(name) || sysfs_number(folder + "/size", 0) == 0) continue;
    if (sysfs_number(folder + "/hidden", 0) != 0) continue;
    names.push_back(name);
  }
  // sdz comes before sdaa.
  std::ranges::sort(names, {}, [](const std::string& name) {
    return std::pair{name.size(), name};
  });
  const auto first = std::ranges::find(names, root_disk());
  if (first != names.end()) std::rotate(names.begin(), first, first + 1);
  for (auto& name : names) {
    std::ranges::replace(name, '!', '/');
    name.insert(0, "/dev/");
  }
  return names;
}

}  // namespace ferry
