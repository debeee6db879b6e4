// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "layout/parts.hpp"

#include <algorithm>

#include "layout/pieces.hpp"

namespace ferry {
namespace {

// What a table takes at least: an MBR its sector. Others take more, which is seen when they are
// made.
constexpr std::uint64_t table_bytes_min = 512;

struct Range {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

bool lies_in(const Range& inner, const Range& outer) {
  return inner.offset >= outer.offset && inner.size <= outer.size &&
         inner.offset - outer.offset <= outer.size - inner.size;
}

tl::unexpected<Error> bad(std::uint32_t disk, const std::string& what) {
  return fail(Errc::malformed, "the layout of the " + disk_name(disk) + ": " + what);
}

const DiskInfo* find_disk(const std::vector<DiskInfo>& disks, std::uint32_t index) {
  const auto found = std::ranges::find(disks, index, &DiskInfo::index);
  return found == disks.end() ? nullptr : &*found;
}

/// Ranges that all lie in `outer` and none in another.
Result<> check_ranges(std::uint32_t disk, std::vector<Range> ranges, const Range& outer) {
  std::ranges::sort(ranges, {}, &Range::offset);
  std::uint64_t end = outer.offset;
  for (const auto& range : ranges) {
    if (range.size == 0 || range.offset < end || !lies_in(range, outer)) {
      return bad(disk, std::to_string(range.size) + " bytes at byte " +
                           std::to_string(range.offset) + " overlap or lie outside");
    }
    end = range.offset + range.size;
  }
  return {};
}

/// The parts of one disk that is made anew.
class DiskParts {
 public:
  DiskParts(const PlannedDisk& disk, std::uint32_t place, const std::vector<DiskInfo>& source)
      : disk_(disk), place_(place), source_(source) {}

  Result<std::vector<Part>> list() {
    if (auto done = check_places(); !done) return fail(done.error());
    if (auto done = add_head(); !done) return fail(done.error());
    for (const auto& partition : disk_.partitions) {
      if (auto done = add(partition); !done) return fail(done.error());
    }
    return std::move(parts_);
  }

 private:
  Result<> check_places() {
    if (disk_.partitions.size() > limits::planned_partitions_max) {
      return bad(disk_.index, std::to_string(disk_.partitions.size()) + " partitions");
    }
    std::vector<Range> partitions;
    std::vector<Range> volumes;
    for (const auto& partition : disk_.partitions) {
      const Range range{partition.offset, partition.size};
      if (partition.method == "lvm") group_.push_back(range);
      (partition.volume.empty() ? partitions : volumes).push_back(range);
    }
    if (disk_.table.empty() && disk_.partitions.size() > 1) {
      return bad(disk_.index, "several partitions and no table");
    }
    if (group_.size() > 1 || group_.empty() != volumes.empty()) {
      return bad(disk_.index, "not one physical volume for its logical volumes");
    }
    const auto first = disk_.table.empty() ? 0 : table_bytes_min;
    if (disk_.size <= first) return bad(disk_.index, "it is too small for a table");
    if (auto done = check_ranges(disk_.index, partitions, {first, disk_.size - first}); !done) {
      return done;
    }
    if (volumes.empty()) return {};
    if (group_[0].size < lvm_header_bytes) return bad(disk_.index, "its group has no room");
    return check_ranges(disk_.index, volumes, {0, group_[0].size - lvm_header_bytes});
  }

  /// Only the system disk has boot code: a firmware starts no other.
  Result<> add_head() {
    if (disk_.index != 0 || disk_.table.empty()) return {};
    const auto* disk = find_disk(source_, 0);
    if (disk == nullptr) return bad(disk_.index, "the source has no system disk");
    const auto bytes = disk->table == disk_.table ? head_bytes(*disk) : 0;
    if (bytes == 0) return {};
    parts_.push_back({PartKind::head, 0, 0, bytes, place_, 0, bytes, {}});
    return {};
  }

  Result<> add(const PlannedPartition& partition) {
    const auto& from = partition.from;
    const bool files = partition.method == "file";
    if (!files && partition.method != "block") return {};
    const auto* disk = find_disk(source_, partition.from_disk);
    if (disk == nullptr || from.size == 0 || !lies_in({from.offset, from.size}, {0, disk->size})) {
      return bad(disk_.index, "a partition comes from outside of the source's disks");
    }
    if (files && !from.mount_point.starts_with('/')) {
      return bad(disk_.index, "files of '" + from.mount_point + "', which is no mount point");
    }
    if (!files && from.size > partition.size) {
      return bad(disk_.index, "a partition does not hold the blocks it is to get");
    }
    const auto base =
        partition.volume.empty() ? std::uint64_t{0} : group_[0].offset + lvm_header_bytes;
    parts_.push_back({files ? PartKind::files : PartKind::blocks, partition.from_disk, from.offset,
                      from.size, place_, base + partition.offset, partition.size, from});
    return {};
  }

  const PlannedDisk& disk_;
  std::uint32_t place_;
  const std::vector<DiskInfo>& source_;
  std::vector<Range> group_;  // the physical volume, if there is one
  std::vector<Part> parts_;
};

Result<Part> whole(const PlannedDisk& disk, std::uint32_t place,
                   const std::vector<DiskInfo>& source) {
  const auto* from = find_disk(source, disk.index);
  if (from == nullptr) return bad(disk.index, "the source has no such disk");
  if (from->size > disk.size) return bad(disk.index, "it is smaller than the source's");
  return Part{PartKind::whole, disk.index, 0, from->size, place, 0, disk.size, {}};
}

}  // namespace

std::string_view to_string(PartKind kind) {
  switch (kind) {
    case PartKind::whole: return "whole";
    case PartKind::blocks: return "blocks";
    case PartKind::files: return "files";
    case PartKind::head: return "head";
  }
  return "unknown";
}

std::string name_of(const Part& part) {
  if (part.kind == PartKind::whole) return disk_name(part.source_disk);
  if (part.kind == PartKind::head) return "boot code of the " + disk_name(part.source_disk);
  return partition_name(part.source_disk, part.from);
}

Result<std::vector<Part>> parts_of(const std::vector<PlannedDisk>& disks,
                                   const std::vector<DiskInfo>& source) {
  if (disks.size() > limits::source_disks_max) {
    return fail(Errc::malformed, "a layout of " + std::to_string(disks.size()) + " disks");
  }
  std::vector<Part> all;
  const PlannedDisk* before = nullptr;
  for (std::uint32_t place = 0; place < disks.size(); ++place) {
    const auto& disk = disks[place];
    if (before != nullptr && before->index >= disk.index) {
      return bad(disk.index, "it is not in its place among the disks");
    }
    before = &disk;
    if (disk.size == 0 || disk.size > limits::disk_bytes_max || disk.size % 512 != 0) {
      return bad(disk.index, std::to_string(disk.size) + " bytes are no size of a disk");
    }
    if (disk.whole) {
      auto part = whole(disk, place, source);
      if (!part) return fail(part.error());
      all.push_back(std::move(*part));
      continue;
    }
    auto parts = DiskParts{disk, place, source}.list();
    if (!parts) return fail(parts.error());
    std::ranges::move(*parts, std::back_inserter(all));
  }
  return all;
}

std::uint64_t head_bytes(const DiskInfo& disk) {
  if (disk.table == "gpt") return disk.sector_size;
  if (disk.table != "dos") return 0;
  auto end = partition_alignment;
  for (const auto& partition : disk.partitions) end = std::min(end, partition.offset);
  return std::max<std::uint64_t>(end, disk.sector_size);
}

}  // namespace ferry
