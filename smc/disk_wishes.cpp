// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/disk_wishes.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"
#include "smc/listing.hpp"
#include "smc/source_answer.hpp"

namespace ferry {
namespace {

constexpr std::size_t data_disks_max = 16;
constexpr std::size_t parts_max = 32;
constexpr std::uint64_t disk_gib_max = 32'768;

/// A partition that is asked for.
struct PartWish {
  std::uint32_t disk = 0;
  std::size_t place = 0;
  std::uint64_t size = 0;  // bytes; 0: as on the source
  bool block = true;
};

const DiskInfo* find_disk(const Inventory& inventory, std::uint64_t index) {
  const auto found = std::ranges::find(inventory.disks, index, &DiskInfo::index);
  return found == inventory.disks.end() ? nullptr : &*found;
}

/// "1_0" is the first partition of data disk 1.
std::optional<PartWish> by_device(const std::string& device, const Inventory& inventory) {
  for (const auto& disk : inventory.disks) {
    for (std::size_t i = 0; i < disk.partitions.size(); ++i) {
      if (device_of(disk.index, i) == device) return PartWish{disk.index, i};
    }
  }
  return std::nullopt;
}

std::optional<PartWish> by_path(const std::string& path, const Inventory& inventory) {
  for (const auto& disk : inventory.disks) {
    const auto found = std::ranges::find(disk.partitions, path, &PartitionInfo::mount_point);
    if (found == disk.partitions.end()) continue;
    return PartWish{disk.index, static_cast<std::size_t>(found - disk.partitions.begin())};
  }
  return std::nullopt;
}

/// NAME.M.Device or NAME.M.Path, with SizeBytes and Block.
ApiResult<std::vector<PartWish>> parts_of(const Parameters& parameters, const std::string& list,
                                          const std::string& key, const Inventory& inventory) {
  const auto places = parameters.indices(list, parts_max);
  if (!places) return refuse(places.error());
  std::vector<PartWish> parts;
  for (const auto place : *places) {
    const auto name = list + "." + std::to_string(place);
    const auto which = parameters.required(name + "." + key);
    if (!which) return refuse(which.error());
    auto part = key == "Device" ? by_device(*which, inventory) : by_path(*which, inventory);
    if (!part) return invalid(name + "." + key, "The source server has no such partition.");
    const auto size = parameters.number(name + ".SizeBytes", 1, limits::disk_bytes_max);
    if (!size) return refuse(size.error());
    if (key == "Device" && !*size) return missing(name + ".SizeBytes");
    const auto block = parameters.flag(name + ".Block");
    if (!block) return refuse(block.error());
    part->size = size->value_or(0);
    part->block = block->value_or(true);
    parts.push_back(*part);
  }
  return parts;
}

bool is_change(const PartWish& part, const DiskInfo& disk) {
  const auto& partition = disk.partitions[part.place];
  return part.disk != disk.index || (part.size != 0 && part.size != partition.size) ||
         part.block != partition.block_replication;
}

PartitionWish wish_of(const PartWish& part, const Inventory& inventory) {
  const auto& partition = find_disk(inventory, part.disk)->partitions[part.place];
  const bool other_size = part.size != partition.size;
  return {std::to_string(part.disk) + ":" + std::to_string(partition.number),
          other_size ? part.size : 0, part.block ? (other_size ? "" : "block") : "file"};
}

/// Partitions with files of their own that are not among those asked for stay behind.
std::vector<PartitionWish> left_behind(const std::vector<PartWish>& parts, const DiskInfo& disk) {
  std::vector<PartitionWish> wishes;
  for (std::size_t i = 0; i < disk.partitions.size(); ++i) {
    const auto& partition = disk.partitions[i];
    const bool asked = std::ranges::any_of(
        parts, [&](const PartWish& part) { return part.disk == disk.index && part.place == i; });
    if (asked || partition.mount_point.empty() || is_needed(partition)) continue;
    wishes.push_back(
        {std::to_string(disk.index) + ":" + std::to_string(partition.number), 0, "leave"});
  }
  return wishes;
}

/// Nothing is said of a disk of which nothing changes: it goes over as it is.
void add_disk(LayoutWish& wish, const DiskInfo& disk, std::uint64_t size_gib, bool lvm,
              const std::vector<PartWish>& parts, const Inventory& inventory) {
  DiskWish of_disk{disk.index, 0, lvm, {}};
  if (size_gib != 0 && size_gib != gib_of(disk.size)) of_disk.size = size_gib * gib;
  if (!parts.empty()) {
    const bool changed =
        std::ranges::any_of(parts, [&](const PartWish& part) { return is_change(part, disk); });
    // All that are asked for or none, so that they keep their order.
    for (const auto& part : parts) {
      if (changed) of_disk.partitions.push_back(wish_of(part, inventory));
    }
    std::ranges::copy(left_behind(parts, disk), std::back_inserter(of_disk.partitions));
  }
  if (of_disk.size != 0 || lvm || !of_disk.partitions.empty()) wish.disks.push_back(of_disk);
}

/// Where a disk's wishes stand in the request.
struct DiskNames {
  std::string size;   // "DataDisk.1.Size"
  std::string lvm;    // empty in the older form
  std::string parts;  // "DataDisk.1.Part"
  std::string key;    // Device or Path
};

ApiResult<bool> add_wish(LayoutWish& wish, const Parameters& parameters, const DiskInfo& disk,
                         const DiskNames& names, const Inventory& inventory) {
  const auto size = parameters.number(names.size, 1, disk_gib_max);
  if (!size) return refuse(size.error());
  const auto lvm = parameters.flag(names.lvm);
  if (!lvm) return refuse(lvm.error());
  const auto parts = parts_of(parameters, names.parts, names.key, inventory);
  if (!parts) return refuse(parts.error());
  add_disk(wish, disk, size->value_or(0), lvm->value_or(false), *parts, inventory);
  return true;
}

tl::unexpected<ApiError> no_such_disk() {
  return refuse(400, "ReplicationJobDataDiskIndex.Invalid",
                "The specified replication job contains data disk index not found in source "
                "server.");
}

ApiResult<bool> add_data_disks(LayoutWish& wish, const Parameters& parameters,
                               const Inventory& inventory) {
  const auto places = parameters.indices("DataDisk", data_disks_max);
  if (!places) return refuse(places.error());
  std::vector<std::uint64_t> seen;
  for (const auto place : *places) {
    const auto name = "DataDisk." + std::to_string(place);
    const auto index = parameters.number(name + ".Index", 1, data_disks_max);
    if (!index) return refuse(index.error());
    if (!*index) return missing(name + ".Index");
    const auto* disk = find_disk(inventory, **index);
    if (disk == nullptr) return no_such_disk();
    if (std::ranges::count(seen, **index) > 0) {
      return refuse(400, "DataDisk.DuplicateIndex",
                    "The source server data disk cannot contain the same index.");
    }
    seen.push_back(**index);
    auto done = add_wish(wish, parameters, *disk, {name + ".Size", "", name + ".Part", "Device"},
                         inventory);
    if (!done) return done;
  }
  return true;
}

/// Data disk N is the Nth of the source server.
ApiResult<bool> add_disks_by_path(LayoutWish& wish, const Parameters& parameters,
                                  const Inventory& inventory) {
  const auto places = parameters.indices("Disks.Data", data_disks_max);
  if (!places) return refuse(places.error());
  for (const auto place : *places) {
    const auto name = "Disks.Data." + std::to_string(place);
    const auto* disk = find_disk(inventory, place);
    if (disk == nullptr) return no_such_disk();
    auto done = add_wish(wish, parameters, *disk,
                         {name + ".Size", name + ".LVM", name + ".Part", "Path"}, inventory);
    if (!done) return done;
  }
  return true;
}

}  // namespace

bool wishes_disks(const Parameters& parameters) {
  return parameters.has("SystemDiskSize") || parameters.has_any("SystemDiskPart.") ||
         parameters.has_any("DataDisk.") || parameters.has_any("Disks.");
}

ApiResult<LayoutWish> disk_wishes(const Parameters& parameters, const Inventory& inventory) {
  LayoutWish wish;
  const bool old_form = parameters.has("SystemDiskSize") || parameters.has_any("SystemDiskPart.") ||
                        parameters.has_any("DataDisk.");
  if (old_form && parameters.has_any("Disks.")) {
    return invalid("Disks", "It comes together with SystemDiskSize, SystemDiskPart or DataDisk.");
  }
  const auto* system = find_disk(inventory, 0);
  if (system == nullptr) return wish;
  const auto names =
      old_form ? DiskNames{"SystemDiskSize", "", "SystemDiskPart", "Device"}
               : DiskNames{"Disks.System.Size", "Disks.System.LVM", "Disks.System.Part", "Path"};
  if (auto done = add_wish(wish, parameters, *system, names, inventory); !done) {
    return refuse(done.error());
  }
  auto done = old_form ? add_data_disks(wish, parameters, inventory)
                       : add_disks_by_path(wish, parameters, inventory);
  if (!done) return refuse(done.error());
  return wish;
}

}  // namespace ferry
