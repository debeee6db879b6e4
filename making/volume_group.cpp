// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "making/volume_group.hpp"

#include <algorithm>

#include "base/subprocess.hpp"
#include "images/logical_volumes.hpp"
#include "layout/pieces.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds lvm_timeout{60};

Result<> lvm(const std::string& device, const std::vector<std::string>& arguments) {
  // A group with this machine's name in it could not be used by the guest.
  const auto config = lvm_config({device}) +
                      " global/system_id_source=\"none\" global/event_activation=0"
                      " backup/backup=0 backup/archive=0"
                      " activation/udev_sync=0 activation/udev_rules=0 activation/monitoring=0";
  std::vector<std::string> argv{"lvm",   arguments.front(), "--driverloaded", "n",
                                "--yes", "--quiet",         "--config",       config};
  argv.insert(argv.end(), arguments.begin() + 1, arguments.end());
  auto done = run_ok({.argv = std::move(argv), .timeout = lvm_timeout});
  return done ? Result<>{} : fail(done.error());
}

bool is_numbered(std::string_view name, std::string_view prefix) {
  const auto digits = name.substr(std::min(prefix.size(), name.size()));
  return name.starts_with(prefix) && !digits.empty() && digits.size() <= 4 &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

/// The name of a volume in the disk's group; empty if it is none that a planner gives.
std::string name_in_group(const PlannedDisk& disk, const PlannedPartition& volume) {
  const auto group = disk.volume_group + "/";
  const auto name =
      volume.volume.starts_with(group) ? volume.volume.substr(group.size()) : std::string{};
  return is_numbered(disk.volume_group, "vg") && is_numbered(name, "lv") ? name : std::string{};
}

/// Every volume lies where its part will be written.
Result<> check_places(const std::string& device, const PlannedDisk& disk) {
  const auto found = logical_volumes({device});
  if (!found) return fail(found.error());
  for (const auto& planned : disk.partitions) {
    if (planned.volume.empty()) continue;
    const auto is_it = [&](const LogicalVolume& volume) {
      return volume.group + "/" + volume.name == planned.volume &&
             volume.offset == lvm_header_bytes + planned.offset && volume.size == planned.size;
    };
    if (std::ranges::none_of(found->volumes, is_it)) {
      return fail(Errc::internal, "lvm put " + planned.volume + " elsewhere than planned");
    }
  }
  return {};
}

}  // namespace

Result<> make_volume_group(const std::string& device, const PlannedDisk& disk) {
  for (const auto& planned : disk.partitions) {
    if (!planned.volume.empty() &&
        (name_in_group(disk, planned).empty() || planned.size % lvm_extent_bytes != 0)) {
      return fail(Errc::malformed, "no planner makes the volume " + planned.volume);
    }
  }
  const auto kib = [](std::uint64_t bytes) { return std::to_string(bytes / limits::kib) + "k"; };
  if (auto done = lvm(device, {"pvcreate", "--force", "--force", "--dataalignment",
                               kib(lvm_header_bytes), device});
      !done) {
    return done;
  }
  if (auto done = lvm(device, {"vgcreate", "--physicalextentsize", kib(lvm_extent_bytes),
                               disk.volume_group, device});
      !done) {
    return done;
  }
  for (const auto& planned : disk.partitions) {
    if (planned.volume.empty()) continue;
    if (auto done = lvm(device, {"lvcreate", "--activate", "n", "--zero", "n", "--wipesignatures",
                                 "n", "--extents", std::to_string(planned.size / lvm_extent_bytes),
                                 "--name", name_in_group(disk, planned), disk.volume_group});
        !done) {
      return done;
    }
  }
  return check_places(device, disk);
}

}  // namespace ferry
