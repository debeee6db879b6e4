// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/allocation_map.hpp"

#include <algorithm>
#include <optional>

#include <fcntl.h>

#include "base/limits.hpp"
#include "disk/ext_map.hpp"
#include "disk/free_ranges.hpp"
#include "disk/mounts.hpp"
#include "disk/signature.hpp"

namespace ferry {
namespace {

constexpr std::size_t partitions_max = 4096;
constexpr int attempts_while_mounted = 4;

/// How the bytes of one partition are reached just now.
struct PartitionUse {
  const DeviceView* mounted_view = nullptr;
  const Mount* mount = nullptr;
  bool held = false;
};

class MapReader {
 public:
  MapReader(const SourceDisk& disk, const DiskInfo& info)
      : disk_(disk), info_(info), views_(device_views(disk.descriptor())), mounts_(read_mounts()) {}

  Result<AllocationMap> read() {
    if (info_.partitions.size() > partitions_max) {
      return fail(Errc::limit_exceeded,
                  disk_.path() + " has " + std::to_string(info_.partitions.size()) + " partitions");
    }
    auto fd = open_file(disk_.path(), O_RDONLY);
    if (!fd) return fail(fd.error());
    // Pages left from an earlier look may be older than the disk.
    ::posix_fadvise(fd->get(), 0, 0, POSIX_FADV_DONTNEED);
    FreeRanges free_ranges{disk_.size()};
    for (const auto* partition : in_order()) {
      if (!is_sane(*partition)) continue;
      const auto ranges = read_partition(fd->get(), *partition);
      if (!ranges) {
        note(*partition, ranges.error().what);
      } else {
        for (const auto& range : *ranges) free_ranges.add(range.offset, range.length);
      }
    }
    map_.used = free_ranges.complement();
    for (const auto& extent : map_.used) map_.used_bytes += extent.length;
    return std::move(map_);
  }

 private:
  void note(const PartitionInfo& partition, const std::string& reason) {
    map_.notes.push_back(disk_.path() + " partition " + std::to_string(partition.number) +
                         " is copied whole: " + reason);
  }

  [[nodiscard]] std::vector<const PartitionInfo*> in_order() const {
    std::vector<const PartitionInfo*> sorted;
    for (const auto& partition : info_.partitions) sorted.push_back(&partition);
    std::ranges::sort(sorted, {}, &PartitionInfo::offset);
    return sorted;
  }

  bool is_sane(const PartitionInfo& partition) {
    const auto end = partition.offset + partition.size;
    if (end < partition.offset || end > disk_.size() || partition.size == 0) {
      note(partition, "it reaches past the end of the disk");
      return false;
    }
    for (const auto& other : info_.partitions) {
      if (&other == &partition || other.size == 0) continue;
      const bool before = other.offset >= end;
      const bool after =
          other.offset <= partition.offset && other.size <= partition.offset - other.offset;
      if (!before && !after) {
        note(partition, "it overlaps partition " + std::to_string(other.number));
        return false;
      }
    }
    return true;
  }

  /// Returns the free ranges, counted from the start of the disk.
  Result<std::vector<Extent>> read_partition(int fd, const PartitionInfo& partition) {
    const auto signature = probe_signature(fd, partition.offset, partition.size);
    if (!signature) return fail(signature.error());
    const auto use = use_of(partition);
    if (is_ext(signature->type)) return read_ext(partition, use);
    if (signature->type.empty()) {
      return fail(Errc::inventory_failed, "no sound file system was recognised");
    }
    if (signature->type != "swap") return std::vector<Extent>{};
    if (use.held || use.mount != nullptr) {
      return fail(Errc::inventory_failed, "its swap signature is contradicted by its use");
    }
    constexpr auto header_bytes = limits::mib;
    if (partition.size <= header_bytes) return std::vector<Extent>{};
    return std::vector<Extent>{{partition.offset + header_bytes, partition.size - header_bytes}};
  }

  [[nodiscard]] PartitionUse use_of(const PartitionInfo& partition) const {
    PartitionUse use;
    for (const auto& view : views_) {
      if (view.start != static_cast<std::int64_t>(partition.offset)) continue;
      const bool same = view.size == partition.size;
      // A whole disk that is held counts only for a partition that is the whole disk.
      if (same && view.held) use.held = true;
      const auto mount = std::ranges::find(mounts_, view.device, &Mount::device);
      if (mount == mounts_.end() || use.mount != nullptr) continue;
      use.mounted_view = &view;
      use.mount = &*mount;
    }
    return use;
  }

  Result<std::vector<Extent>> read_ext(const PartitionInfo& partition, const PartitionUse& use) {
    if (use.held) return fail(Errc::inventory_failed, "a mapped volume stands on it");
    ExtPlace place{disk_.path(), partition.offset, partition.size, disk_.is_block_device()};
    if (use.mount != nullptr) {
      if (!is_ext(use.mount->filesystem)) {
        return fail(Errc::inventory_failed, "it is mounted as " + use.mount->filesystem);
      }
      place = {device_node(*use.mounted_view), 0, partition.size, false};
      if (place.path.empty()) {
        return fail(Errc::inventory_failed,
                    "it is mounted and /dev/" + use.mounted_view->name + " is absent");
      }
    }
    const ExtUse ext_use{use.mount != nullptr && use.mount->writable};
    // While mounted, a bitmap and its checksum may be caught between two updates.
    const int attempts = ext_use.mounted_writable ? attempts_while_mounted : 1;
    for (int attempt = 1;; ++attempt) {
      auto ranges = read_ext_once(partition, place, ext_use);
      if (ranges || attempt == attempts) return ranges;
    }
  }

  Result<std::vector<Extent>> read_ext_once(const PartitionInfo& partition, const ExtPlace& place,
                                            const ExtUse& use) {
    FreeRanges ranges{disk_.size()};
    std::vector<std::string> notes;
    const auto walked = walk_ext_free(
        place, use,
        [&](std::uint64_t offset, std::uint64_t length) {
          ranges.add(partition.offset + offset, length);
        },
        &notes);
    if (!walked) return fail(walked.error());
    map_.notes.insert(map_.notes.end(), notes.begin(), notes.end());
    return ranges.take();
  }

  const SourceDisk& disk_;
  const DiskInfo& info_;
  std::vector<DeviceView> views_;
  std::vector<Mount> mounts_;
  AllocationMap map_;
};

}  // namespace

Result<AllocationMap> read_allocation_map(const SourceDisk& disk, const DiskInfo& info) {
  return MapReader{disk, info}.read();
}

}  // namespace ferry
