// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "disk/preflight_rules.hpp"
#include "disk/signature.hpp"

namespace ferry::rules {
namespace {

const std::string where = "[limits] in the cluster file";
constexpr std::uint32_t usual_sector_bytes = 512;

/// A limit often is a round number and the value just above it, so both are also
/// given in bytes.
std::string exact(std::uint64_t bytes) {
  return human_bytes(bytes) + " (" + std::to_string(bytes) + " bytes)";
}

void too_large(const DiskInfo& disk, const std::string& role, std::uint64_t bytes_max,
               const Say& say) {
  if (disk.size <= bytes_max) return;
  const auto key = role + "_disk_max";
  say(role + " disk " + disk.path + " is larger than the limit " + key,
      "it has " + exact(disk.size) + ", the limit is " + exact(bytes_max),
      "leave it out or shrink it, or raise " + key + " under " + where);
}

std::string part_name(const DiskInfo& disk, const PartitionInfo& partition) {
  if (partition.number == 0) return "disk " + disk.path;
  return "partition " + std::to_string(partition.number) + " of " + disk.path;
}

/// True for "/dev/sda1" on /dev/sda and "/dev/nvme0n1p1" on /dev/nvme0n1, false for "/dev/sdaa1".
bool lies_on(const DiskInfo& disk, const std::string& device) {
  if (!device.starts_with(disk.path)) return false;
  auto number = std::string_view{device}.substr(disk.path.size());
  if (number.starts_with('p')) number.remove_prefix(1);
  return number.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Calls `found` for each partition whose file system or volume is of this kind.
template <class Wanted, class Found>
void for_partitions(const Server& server, Wanted wanted, Found found) {
  for (const auto& disk : server.inventory.disks) {
    for (const auto& partition : disk.partitions) {
      if (wanted(partition.filesystem)) found(disk, partition);
    }
  }
}

}  // namespace

void windows(const Server& server, const Say& say) {
  if (server.inventory.os_id != "windows") return;
  say("the operating system is Windows, an ENS image must be Linux", server.inventory.os_name,
      "choose a Linux server; no setting under " + where + " changes this");
}

void architecture(const Server& server, const Say& say) {
  const auto& architectures = server.limits.architectures;
  const auto& own = server.inventory.architecture;
  if (std::ranges::find(architectures, own) != architectures.end()) return;
  say("the architecture is '" + own + "', ENS takes " + joined(architectures, ", "),
      "kernel and programs of the server",
      "choose a server of such an architecture; no setting under " + where + " changes this");
}

void no_disk(const Server& server, const Say& say) {
  if (!server.inventory.disks.empty()) return;
  say("the server shows no system disk", "its agent offers no disk", "name its disks with --disk");
}

void system_disk_too_large(const Server& server, const Say& say) {
  if (server.inventory.disks.empty()) return;
  too_large(server.inventory.disks.front(), "system", server.limits.system_disk_bytes_max, say);
}

void too_many_data_disks(const Server& server, const Say& say) {
  const auto disks = server.inventory.disks.size();
  const auto most = server.limits.data_disks_max;
  if (disks <= 1U + most) return;
  say("the server has more data disks than the limit data_disks_max",
      "it has " + std::to_string(disks - 1) + " data disks, the limit is " + std::to_string(most),
      "leave some out, or raise data_disks_max under " + where);
}

void data_disk_too_large(const Server& server, const Say& say) {
  const auto& disks = server.inventory.disks;
  for (std::size_t i = 1; i < disks.size(); ++i) {
    too_large(disks[i], "data", server.limits.data_disk_bytes_max, say);
  }
}

void large_sectors(const Server& server, const Say& say) {
  for (const auto& disk : server.inventory.disks) {
    if (disk.sector_size <= usual_sector_bytes || disk.table.empty()) continue;
    say("disk " + disk.path + " has large sectors, its copy will have small ones",
        "its partition table counts in sectors of " + std::to_string(disk.sector_size) + " bytes",
        "its partitions will not be found in the image: move its contents to a disk with sectors "
        "of 512 bytes");
  }
}

void disk_too_small(const Server& server, const Say& say) {
  for (const auto& disk : server.inventory.disks) {
    const bool system = &disk == server.inventory.disks.data();
    const auto least =
        system ? server.limits.system_disk_bytes_min : server.limits.data_disk_bytes_min;
    if (disk.size >= least) continue;
    say((system ? "system disk " : "data disk ") + disk.path + " is smaller than a target disk",
        "it has " + exact(disk.size) + ", the least is " + exact(least),
        "choose a larger target: job create --disk " + std::to_string(disk.index) + "=" +
            std::to_string(least / limits::mib) + "MiB");
  }
}

void image_may_be_too_large(const Server& server, const Say& say) {
  std::uint64_t used = 0;
  for (const auto& disk : server.inventory.disks) {
    for (const auto& partition : disk.partitions) used += partition.used_bytes;
  }
  if (used <= server.limits.image_bytes_max) return;
  say("the image may be larger than the limit image_max",
      exact(used) + " are in use, the limit for the compressed files is " +
          exact(server.limits.image_bytes_max),
      "delete what is not needed, leave a disk out, or raise image_max under " + where);
}

void encrypted_volume(const Server& server, const Say& say) {
  for_partitions(
      server, [](const std::string& type) { return type == "crypto_LUKS"; },
      [&](const DiskInfo& disk, const PartitionInfo& partition) {
        say(part_name(disk, partition) + " is encrypted", "it has a LUKS header",
            "it is copied as it is: be ready to give its passphrase at each start of the image, "
            "and free it from a TPM before");
      });
}

void raid_member(const Server& server, const Say& say) {
  for_partitions(
      server, [](const std::string& type) { return type.ends_with("_raid_member"); },
      [&](const DiskInfo& disk, const PartitionInfo& partition) {
        say(part_name(disk, partition) + " is part of a RAID",
            "it has the signature of " + partition.filesystem,
            "offer all disks of the array; what needs only one of them starts degraded");
      });
}

void zfs_pool(const Server& server, const Say& say) {
  for_partitions(
      server, [](const std::string& type) { return type == "zfs_member"; },
      [&](const DiskInfo& disk, const PartitionInfo& partition) {
        say(part_name(disk, partition) + " is part of a ZFS pool", "it has the signature of ZFS",
            "it can't be held still for the last pass: stop what writes to it before, and import "
            "the pool with -f in the image");
      });
}

void bcache_device(const Server& server, const Say& say) {
  for_partitions(
      server, [](const std::string& type) { return type == "bcache"; },
      [&](const DiskInfo& disk, const PartitionInfo& partition) {
        say(part_name(disk, partition) + " has a cache in front of it",
            "it has the signature of bcache",
            "what the cache has not written back is not on this disk: set cache_mode to "
            "writethrough and wait until the cache is clean");
      });
}

void disk_seen_twice(const Server& server, const Say& say) {
  std::map<std::string, std::string> path_of;
  for (const auto& disk : server.inventory.disks) {
    if (disk.serial.empty()) continue;
    const auto [first, is_new] = path_of.emplace(disk.model + " " + disk.serial, disk.path);
    if (is_new) continue;
    say("disks " + first->second + " and " + disk.path + " seem to be one, seen twice",
        "both have the serial number " + disk.serial,
        "offer each disk by one of its paths only, with --disk");
  }
}

void loop_device(const Server& server, const Say& say) {
  for (const auto& disk : server.inventory.disks) {
    if (!disk.path.starts_with("/dev/loop")) continue;
    say("disk " + disk.path + " may have another name after the next start",
        "loop devices are numbered in the order of their making", "offer its file with --disk");
  }
}

void volume_group_spans_disks(const Server& server, const Say& say) {
  std::map<std::string, std::set<std::string>> disks_of;
  for (const auto& volume : server.inventory.lvm) {
    for (const auto& disk : server.inventory.disks) {
      if (lies_on(disk, volume.device)) disks_of[volume.volume_group].insert(disk.path);
    }
  }
  for (const auto& [group, paths] : disks_of) {
    if (group.empty() || paths.size() < 2) continue;
    say("volume group " + group + " lies on several disks",
        joined({paths.begin(), paths.end()}, ", "), "migrate these disks together");
  }
}

void copied_whole(const Server& server, const Say& say) {
  const auto is_unknown = [](const std::string& type) {
    return type == "xfs" || type == "btrfs" || type == "LVM2_member" || type == "f2fs" ||
           type == "reiserfs" || type == "jfs";
  };
  for_partitions(server, is_unknown, [&](const DiskInfo& disk, const PartitionInfo& partition) {
    say(part_name(disk, partition) + " is copied whole, without its zeros",
        partition.filesystem + " does not tell which of its " + human_bytes(partition.size) +
            " are in use",
        "fstrim or filling free space with zeros before makes less to send");
  });
}

}  // namespace ferry::rules
