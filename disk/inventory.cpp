// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/inventory.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fcntl.h>

#include "base/file.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "disk/discovery.hpp"
#include "disk/file_facts.hpp"
#include "disk/host.hpp"
#include "disk/live_facts.hpp"
#include "disk/lvm.hpp"
#include "disk/mounts.hpp"
#include "disk/nics.hpp"
#include "disk/partitions.hpp"
#include "disk/server_tree.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view esp_guid = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
constexpr std::string_view bios_boot_guid = "21686148-6449-6e6f-744e-656564454649";
constexpr std::string_view windows_reserved_guid = "e3c9e316-0b5c-4db8-817d-f92df00215ae";
constexpr std::string_view basic_data_guid = "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7";

bool has_type(const DiskInfo& disk, std::string_view type) {
  return std::ranges::any_of(disk.partitions, [&](const auto& p) { return p.type == type; });
}

bool has_boot_code(const std::string& path) {
  std::array<char, 440> code{};  // what follows is the disk's signature and the table
  const auto fd = open_file(path, O_RDONLY);
  if (!fd || !read_at(*fd, code.data(), code.size(), 0)) return false;
  return std::ranges::any_of(code, [](char c) { return c != 0; });
}

/// A disk that can start by BIOS counts as BIOS even if it has an ESP too, because
/// that way needs no firmware variables on the other side.
std::string firmware_of(const DiskInfo& disk) {
  const bool esp = has_type(disk, esp_guid) || has_type(disk, "ef");
  return esp && !has_type(disk, bios_boot_guid) && !has_boot_code(disk.path) ? "uefi" : "bios";
}

bool is_windows(const DiskInfo& disk) {
  constexpr std::array linux_types{"ext2", "ext3", "ext4", "xfs", "btrfs", "LVM2_member"};
  bool ntfs = false;
  for (const auto& partition : disk.partitions) {
    if (std::ranges::find(linux_types, partition.filesystem) != linux_types.end()) return false;
    ntfs = ntfs || (partition.filesystem == "ntfs" &&
                    (partition.type == basic_data_guid || partition.type == "07"));
  }
  return ntfs || (has_type(disk, windows_reserved_guid) && has_type(disk, basic_data_guid));
}

void fill_hardware(DiskInfo& disk) {
  std::error_code error;
  const auto name = fs::canonical(disk.path, error).filename().string();
  if (error) return;
  const auto folder = "/sys/class/block/" + name;
  const auto trimmed = [](std::string text) {
    text.erase(text.find_last_not_of(" \t") + 1);
    return text;
  };
  disk.model = trimmed(sysfs_text(folder + "/device/model"));
  for (const auto* place : {"/serial", "/device/serial"}) {
    if (disk.serial.empty()) disk.serial = trimmed(sysfs_text(folder + place));
  }
}

std::string partition_name(const DiskInfo& disk, const PartitionInfo& partition) {
  if (partition.number == 0) return disk.path;
  const bool digit = disk.path.back() >= '0' && disk.path.back() <= '9';
  return disk.path + (digit ? "p" : "") + std::to_string(partition.number);
}

void add_volumes(const DiskInfo& disk, std::vector<LvmInfo>& volumes) {
  const auto fd = open_file(disk.path, O_RDONLY);
  if (!fd) return;
  for (const auto& partition : disk.partitions) {
    if (partition.filesystem != "LVM2_member") continue;
    const auto device = partition_name(disk, partition);
    if (const auto volume = read_physical_volume(fd->get(), partition.offset, partition.size)) {
      volumes.push_back({"pv", device, volume->uuid, volume->volume_group});
    } else {
      log::warning("left out a physical volume",
                   {{"device", device}, {"reason", volume.error().what}});
    }
  }
}

/// Mount points as the server itself sees them, when its tree hangs below ours.
void strip_root(DiskInfo& disk, const fs::path& root) {
  const auto prefix = root.lexically_normal().string();
  if (prefix == "/") return;
  for (auto& partition : disk.partitions) {
    const std::string_view point = partition.mount_point;
    if (point == prefix) {
      partition.mount_point = "/";
    } else if (point.starts_with(prefix) && point.substr(prefix.size()).starts_with('/')) {
      partition.mount_point = point.substr(prefix.size());
    }
  }
}

Result<> add_disks(const InventoryOptions& options, Inventory& inventory, bool* images) {
  const bool named = !options.disks.empty();
  const auto paths = named ? options.disks : discover_disks();
  if (paths.size() > limits::source_disks_max) {
    return fail(Errc::limit_exceeded, std::to_string(paths.size()) + " disks", "name fewer disks");
  }
  std::string reason = "no disk was found";
  for (const auto& path : paths) {
    const auto source = SourceDisk::open(path);
    auto disk = source ? describe_disk(*source) : Result<DiskInfo>{fail(source.error())};
    if (!disk && named) return fail(disk.error());
    if (!disk) {
      reason = disk.error().what;
      log::warning("left out a disk", {{"disk", path}, {"reason", reason}});
      continue;
    }
    if (inventory.disks.empty()) *images = !source->is_block_device();
    disk->index = static_cast<std::uint32_t>(inventory.disks.size());
    if (source->is_block_device()) fill_hardware(*disk);
    strip_root(*disk, options.root);
    add_volumes(*disk, inventory.lvm);
    inventory.disks.push_back(std::move(*disk));
  }
  if (inventory.disks.empty()) {
    return fail(Errc::inventory_failed, reason, "name the disks with --disk");
  }
  return {};
}

/// Whose files tell what the server is.
struct SeenServer {
  std::optional<ServerTree> tree;
  OsFacts os;
  bool running = false;  // it runs this process
};

SeenServer look_at(const InventoryOptions& options, const DiskInfo& system_disk, bool images) {
  SeenServer seen;
  const bool root_given = options.root.lexically_normal() != "/";
  if (root_given || !images) {
    seen.running = !root_given;
    seen.tree = tree_below(options.root);
    if (seen.running) seen.os = running_os();
    if (!seen.running && seen.tree) seen.os = os_of(*seen.tree);
    return seen;
  }
  for (const auto& partition : system_disk.partitions) {
    auto tree = tree_on_partition(system_disk, partition);
    if (!tree) continue;
    seen.os = os_of(*tree);
    if (seen.os.id.empty()) continue;
    seen.tree = std::move(tree);
    return seen;
  }
  seen.os = {};
  return seen;
}

}  // namespace

Result<Inventory> read_inventory(const InventoryOptions& options) {
  Inventory inventory;
  bool images = false;
  if (auto added = add_disks(options, inventory, &images); !added) return fail(added.error());
  const auto& system_disk = inventory.disks.front();
  auto seen = look_at(options, system_disk, images);
  auto& os = seen.os;
  std::error_code ignored;
  const bool efi = fs::exists("/sys/firmware/efi", ignored);
  inventory.firmware = !seen.running ? firmware_of(system_disk) : efi ? "uefi" : "bios";
  if (os.id.empty() && is_windows(system_disk)) os.id = "windows";
  inventory.hostname = os.hostname;
  inventory.os_id = os.id;
  inventory.os_version = os.version;
  inventory.os_name = os.name;
  inventory.kernel = os.kernel;
  // An image that names no architecture is taken for one of this machine's.
  inventory.architecture = os.architecture.empty() ? running_os().architecture : os.architecture;
  fill_machine(inventory);
  inventory.nics = read_nics();
  if (seen.tree) read_file_facts(*seen.tree, inventory.facts);
  if (seen.running) read_live_facts(inventory.facts);
  return inventory;
}

}  // namespace ferry
