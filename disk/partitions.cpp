// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/partitions.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <libfdisk/libfdisk.h>
#include <sys/statvfs.h>

#include "disk/ext_volume.hpp"
#include "disk/filesystem_facts.hpp"
#include "disk/mounts.hpp"
#include "disk/signature.hpp"
#include "disk/subvolumes.hpp"
#include "messages/subvolume.hpp"

namespace ferry {
namespace {

struct FreeContext {
  void operator()(struct fdisk_context* context) const { fdisk_unref_context(context); }
};
struct FreeTable {
  void operator()(struct fdisk_table* table) const { fdisk_unref_table(table); }
};
struct FreeIterator {
  void operator()(struct fdisk_iter* iterator) const { fdisk_free_iter(iterator); }
};
using Context = std::unique_ptr<struct fdisk_context, FreeContext>;

/// An image of a disk with 4 KiB sectors has its GPT header at byte 4096.
std::uint32_t sector_size_of(const SourceDisk& disk, const Fd& fd) {
  std::array<char, 8> magic{};
  if (!disk.is_block_device() && disk.size() >= 8192 &&
      read_at(fd, magic.data(), magic.size(), 4096) &&
      std::string_view{magic.data(), magic.size()} == "EFI PART" &&
      read_at(fd, magic.data(), magic.size(), 512) &&
      std::string_view{magic.data(), magic.size()} != "EFI PART") {
    return 4096;
  }
  return disk.sector_size();
}

Result<Context> open_table(const SourceDisk& disk, std::uint32_t sector_size) {
  Context context{fdisk_new_context()};
  if (!context) return fail(Errc::internal, "no memory to read the table of " + disk.path());
  fdisk_disable_dialogs(context.get(), 1);
  if (!disk.is_block_device()) {
    fdisk_save_user_sector_size(context.get(), sector_size, sector_size);
  }
  if (fdisk_assign_device(context.get(), disk.path().c_str(), 1) != 0) {
    return fail(Errc::inventory_failed, "cannot read the partition table of " + disk.path());
  }
  return context;
}

std::string lower(const char* text) {
  std::string result{text != nullptr ? text : ""};
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::string type_text(struct fdisk_partition* partition) {
  auto* type = fdisk_partition_get_type(partition);
  if (type == nullptr) return {};
  if (const auto* guid = fdisk_parttype_get_string(type)) return lower(guid);
  std::array<char, 8> hex{};
  std::snprintf(hex.data(), hex.size(), "%02x", fdisk_parttype_get_code(type) & 0xff);
  return hex.data();
}

std::uint64_t attributes_of(struct fdisk_context* context, struct fdisk_partition* entry) {
  std::uint64_t bits = 0;
  if (fdisk_is_label(context, GPT) == 0) return fdisk_partition_is_bootable(entry) ? 1 : 0;
  fdisk_gpt_get_partition_attrs(context, fdisk_partition_get_partno(entry), &bits);
  return bits;
}

std::string table_id(struct fdisk_context* context) {
  char* id = nullptr;
  if (fdisk_get_disklabel_id(context, &id) != 0 || id == nullptr) return {};
  auto text = lower(id);
  std::free(id);
  return text;
}

std::vector<PartitionInfo> read_partitions(struct fdisk_context* context, const SourceDisk& disk,
                                           std::uint32_t sector_size) {
  std::vector<PartitionInfo> found;
  struct fdisk_table* raw = nullptr;
  if (fdisk_get_partitions(context, &raw) != 0) return found;
  const std::unique_ptr<struct fdisk_table, FreeTable> table{raw};
  const std::unique_ptr<struct fdisk_iter, FreeIterator> iterator{
      fdisk_new_iter(FDISK_ITER_FORWARD)};
  struct fdisk_partition* entry = nullptr;
  while (iterator && fdisk_table_next_partition(raw, iterator.get(), &entry) == 0) {
    if (fdisk_partition_is_used(entry) == 0 || fdisk_partition_is_container(entry) != 0) continue;
    if (fdisk_partition_has_start(entry) == 0 || fdisk_partition_has_size(entry) == 0) continue;
    PartitionInfo partition;
    const auto start = fdisk_partition_get_start(entry);
    const auto sectors = fdisk_partition_get_size(entry);
    const auto disk_sectors = disk.size() / sector_size;
    if (sectors == 0 || start >= disk_sectors || sectors > disk_sectors - start) continue;
    partition.number = static_cast<std::uint32_t>(fdisk_partition_get_partno(entry) + 1);
    partition.offset = start * sector_size;
    partition.size = sectors * sector_size;
    partition.type = type_text(entry);
    partition.uuid = lower(fdisk_partition_get_uuid(entry));
    if (const auto* name = fdisk_partition_get_name(entry)) partition.name = name;
    partition.attributes = attributes_of(context, entry);
    found.push_back(std::move(partition));
  }
  std::ranges::sort(found, {}, &PartitionInfo::offset);
  return found;
}

/// A FAT or NTFS boot sector can look like a table.
bool is_boot_sector_filesystem(const std::string& type) {
  return type == "vfat" || type == "ntfs" || type == "exfat";
}

class DiskDescriber {
 public:
  explicit DiskDescriber(const SourceDisk& disk)
      : disk_(disk), views_(device_views(disk.descriptor())), mounts_(read_mounts()) {}

  Result<DiskInfo> describe() {
    auto fd = open_file(disk_.path(), O_RDONLY);
    if (!fd) return fail(fd.error());
    // Pages left from an earlier look may be older than the disk.
    ::posix_fadvise(fd->get(), 0, 0, POSIX_FADV_DONTNEED);
    DiskInfo info;
    info.path = disk_.path();
    info.size = disk_.size();
    info.sector_size = sector_size_of(disk_, *fd);
    const auto context = open_table(disk_, info.sector_size);
    if (!context) return fail(context.error());
    if (fdisk_is_label(context->get(), GPT) != 0) info.table = "gpt";
    if (fdisk_is_label(context->get(), DOS) != 0) info.table = "dos";
    if (!info.table.empty()) {
      info.partitions = read_partitions(context->get(), disk_, info.sector_size);
    }
    if (!info.table.empty()) info.table_id = table_id(context->get());
    const auto whole = probe_signature(fd->get(), 0, disk_.size());
    if (!whole) return fail(whole.error());
    const bool misread = info.table == "dos" && is_boot_sector_filesystem(whole->type);
    const bool bare = info.partitions.empty() && info.table != "gpt" && !whole->type.empty();
    if (info.table.empty() || misread || bare) {
      info.table.clear();
      info.table_id.clear();
      PartitionInfo all;
      all.size = disk_.size();
      info.partitions = {all};
    }
    for (auto& partition : info.partitions) fill(fd->get(), partition);
    return info;
  }

 private:
  /// A mounted file system tells itself; the super block of one in use is older.
  static void fill_used(PartitionInfo& partition) {
    struct statvfs told {};
    if (partition.mount_point.empty() || ::statvfs(partition.mount_point.c_str(), &told) != 0) {
      return;
    }
    const auto blocks = told.f_blocks - std::min(told.f_blocks, told.f_bfree);
    partition.used_bytes =
        std::min<std::uint64_t>(partition.size, blocks * std::uint64_t{told.f_frsize});
  }

  void fill(int fd, PartitionInfo& partition) {
    if (const auto found = probe_signature(fd, partition.offset, partition.size)) {
      partition.filesystem = found->type;
      partition.filesystem_uuid = found->uuid;
      partition.label = found->label;
    }
    ExtPlace place{disk_.path(), partition.offset, partition.size, disk_.is_block_device()};
    for (const auto& view : views_) {
      if (view.start != static_cast<std::int64_t>(partition.offset)) continue;
      for (const auto& mount : mounts_) {
        if (mount.device != view.device) continue;
        // Of several mount points the shortest says most: "/" rather than a bind mount.
        if (partition.mount_point.empty() || mount.point.size() < partition.mount_point.size()) {
          partition.mount_point = mount.point;
          partition.mount_root = mount.root == "/" ? std::string{} : mount.root;
        }
        if (auto node = device_node(view); !node.empty()) place = {node, 0, partition.size, false};
      }
    }
    if (auto facts =
            read_filesystem_facts(fd, partition.offset, partition.size, partition.filesystem)) {
      partition.facts = std::move(*facts);
    }
    if (partition.filesystem == "btrfs" && !partition.mount_root.empty() &&
        is_only_subvolume(partition.mount_point)) {
      partition.facts.features.emplace_back(one_subvolume);
    }
    partition.used_bytes = partition.size;
    if (!is_ext(partition.filesystem)) return fill_used(partition);
    if (const auto used = ext_used_bytes(place)) partition.used_bytes = *used;
  }

  const SourceDisk& disk_;
  std::vector<DeviceView> views_;
  std::vector<Mount> mounts_;
};

}  // namespace

Result<DiskInfo> describe_disk(const SourceDisk& disk) { return DiskDescriber{disk}.describe(); }

}  // namespace ferry
