// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "layout/pieces.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::string_view efi_system = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
constexpr std::string_view bios_boot = "21686148-6449-6e6f-744e-656564454649";
constexpr std::string_view efi_system_dos = "ef";
constexpr std::uint32_t gpt_numbers_max = 128;
constexpr std::uint32_t dos_primary_max = 4;
constexpr std::uint64_t dos_sectors_max = 1ULL << 32;
constexpr std::uint64_t gpt_entries_bytes = 128 * 128;

std::uint64_t round_up(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

bool is_logical(const DiskDraft& disk, const Piece& piece) {
  return disk.table == "dos" && piece.from->number > dos_primary_max;
}

bool is_volume(const DiskDraft& disk, const Piece& piece) {
  return disk.lvm && !is_for_boot(*piece.from);
}

/// What a table takes before the first partition: its sector, and a GPT's header and entries.
std::uint64_t bytes_before(const DiskDraft& disk) {
  if (disk.table.empty()) return 0;
  const std::uint64_t sector = disk.source->sector_size;
  return disk.table == "gpt" ? 2 * sector + gpt_entries_bytes : sector;
}

/// Where the room for partitions ends: behind it is GPT's copy of its table.
std::uint64_t end_of(const DiskDraft& disk) {
  const auto behind = disk.table == "gpt" ? disk.source->sector_size + gpt_entries_bytes : 0;
  return disk.size - std::min(behind, disk.size);
}

/// Partitions one after the other. What stays on its disk keeps its very place, unless that would
/// leave a gap, so that a layout that fills its disk fits on one of the same size.
class Places {
 public:
  explicit Places(const DiskDraft& disk) : disk_(disk), end_(bytes_before(disk)) {}

  /// The first byte of the next partition. A BIOS boot partition stays where it is: the code in the
  /// disk's first sector knows its sectors by number.
  Result<std::uint64_t> next(const Piece& piece, std::uint64_t size) {
    if (disk_.table.empty()) return take(0, size);
    // A logical partition has a table of its own before it.
    const auto own = is_logical(disk_, piece) ? partition_alignment : 0;
    const auto old = piece.from->offset;
    const auto first = end_ + own;
    const auto usual = round_up(end_, partition_alignment) + own;
    const bool stays = piece.from_disk == disk_.source->index;
    const bool for_bios = piece.from->type == bios_boot;
    if (stays && old >= first && (old <= usual || for_bios)) return take(old, size);
    if (!for_bios) return take(usual, size);
    if (old >= bytes_before(disk_) && old + size <= lowest_) return take(old, size);
    return fail(Errc::invalid_argument,
                name_of(piece) + " is for booting by BIOS and stays at byte " +
                    std::to_string(old) + ", where another partition would be",
                "leave it and those before it at their places and sizes");
  }
  /// Behind the last one.
  [[nodiscard]] std::uint64_t end() const { return end_; }

 private:
  std::uint64_t take(std::uint64_t at, std::uint64_t size) {
    end_ = std::max(end_, at + size);
    lowest_ = std::min(lowest_, at);
    return at;
  }

  const DiskDraft& disk_;
  std::uint64_t end_;
  std::uint64_t lowest_ = ~std::uint64_t{0};
};

/// Those that the table lists, in the order of their places: logical ones come last.
std::vector<const Piece*> partitions_of(const DiskDraft& disk) {
  std::vector<const Piece*> pieces;
  for (const bool logical : {false, true}) {
    for (const auto& piece : disk.pieces) {
      if (!is_volume(disk, piece) && is_logical(disk, piece) == logical) pieces.push_back(&piece);
    }
  }
  return pieces;
}

template <class SizeOf>
std::uint64_t bytes_for(const DiskDraft& disk, SizeOf size_of) {
  Places places{disk};
  // One that can't have its place is refused where it would get it.
  for (const auto* piece : partitions_of(disk)) (void)places.next(*piece, size_of(*piece));
  auto end = places.end();
  std::uint64_t volumes = 0;
  for (const auto& piece : disk.pieces) {
    if (is_volume(disk, piece)) volumes += round_up(size_of(piece), lvm_extent_bytes);
  }
  if (volumes != 0) end = round_up(end, partition_alignment) + lvm_header_bytes + volumes;
  return end + (disk.size - end_of(disk));
}

/// Numbers of the partitions: the old one where the disk is the same, else the first free one.
class Numbers {
 public:
  Numbers(const DiskDraft& disk, std::uint32_t index) : dos_(disk.table == "dos"), index_(index) {
    for (const auto& piece : disk.pieces) {
      if (keeps(piece) && !is_volume(disk, piece)) used_.insert(piece.from->number);
      if (keeps(piece) && is_logical(disk, piece)) logical_ = true;
    }
  }
  [[nodiscard]] std::uint32_t of(const Piece& piece) {
    return keeps(piece) ? piece.from->number : next();
  }
  /// 0 if there is none.
  [[nodiscard]] std::uint32_t next() {
    const auto last = !dos_ ? gpt_numbers_max : dos_primary_max - (logical_ ? 1 : 0);
    for (std::uint32_t number = 1; number <= last; ++number) {
      if (used_.insert(number).second) return number;
    }
    return 0;
  }

 private:
  [[nodiscard]] bool keeps(const Piece& piece) const {
    return piece.from_disk == index_ && piece.from->number != 0;
  }
  std::set<std::uint32_t> used_;
  bool logical_ = false;
  bool dos_;
  std::uint32_t index_;
};

PlannedPartition planned(const Piece& piece) {
  PlannedPartition result;
  result.size = piece.size;
  result.minimum = piece.minimum;
  result.method = piece.method;
  result.from_disk = piece.from_disk;
  result.from = *piece.from;
  return result;
}

tl::unexpected<Error> no_number(const Piece& piece, std::uint32_t index) {
  return fail(Errc::invalid_argument,
              disk_name(index) + " has no number left in its table for " + name_of(piece),
              "leave another partition of it out, or put this one on another disk");
}

/// The rest of the disk becomes one physical volume, and all else a volume in it (F70, L16).
Result<> place_volumes(const DiskDraft& disk, std::uint32_t index, std::uint64_t at,
                       Numbers& numbers, PlannedDisk& result) {
  std::vector<PlannedPartition> volumes;
  const auto group = "vg" + std::to_string(index);
  std::uint64_t used = 0;
  for (const auto& piece : disk.pieces) {
    if (!is_volume(disk, piece)) continue;
    auto volume = planned(piece);
    volume.volume = group + "/lv" + std::to_string(volumes.size());
    volume.offset = used;
    volume.size = round_up(piece.size, lvm_extent_bytes);
    used += volume.size;
    volumes.push_back(std::move(volume));
  }
  if (volumes.empty()) return {};
  PlannedPartition physical;
  physical.number = numbers.next();
  if (physical.number == 0) return no_number(disk.pieces.back(), index);
  physical.offset = at;
  const auto end = end_of(disk) / partition_alignment * partition_alignment;
  physical.size = end - std::min(at, end);
  physical.minimum = used + lvm_header_bytes;
  physical.method = "lvm";
  result.volume_group = group;
  result.partitions.push_back(std::move(physical));
  std::ranges::move(volumes, std::back_inserter(result.partitions));
  return {};
}

}  // namespace

bool is_for_boot(const PartitionInfo& partition) {
  return partition.mount_point == "/boot" || partition.mount_point.starts_with("/boot/") ||
         partition.type == efi_system || partition.type == bios_boot ||
         partition.type == efi_system_dos;
}

bool is_bound(const Piece& piece) {
  static constexpr std::array<std::string_view, 2> system{"/", "/usr"};
  return is_for_boot(*piece.from) ||
         std::ranges::find(system, piece.from->mount_point) != system.end();
}

std::string partition_name(std::uint32_t disk, const PartitionInfo& partition) {
  if (!partition.mount_point.empty()) return partition.mount_point;
  return "partition " + std::to_string(disk) + ":" + std::to_string(partition.number);
}

std::string name_of(const Piece& piece) { return partition_name(piece.from_disk, *piece.from); }

std::string disk_name(std::uint32_t index) {
  return index == 0 ? "system disk" : "data disk " + std::to_string(index);
}

std::string exact_bytes(std::uint64_t bytes) {
  return human_bytes(bytes) + " (" + std::to_string(bytes) + " bytes)";
}

std::uint64_t needed_bytes(const DiskDraft& disk) {
  return bytes_for(disk, [](const Piece& piece) { return piece.size; });
}

std::uint64_t minimum_bytes(const DiskDraft& disk) {
  const auto bytes = bytes_for(
      disk, [](const Piece& piece) { return piece.size_given ? piece.size : piece.minimum; });
  // A number that people can ask for, but never more than the disk has that holds it all.
  const auto whole = std::min(round_up(bytes, partition_alignment), disk.size);
  return disk.changed ? std::max(bytes, whole) : whole;
}

Result<PlannedDisk> place(const DiskDraft& disk, std::uint32_t index) {
  PlannedDisk result{index, disk.size, minimum_bytes(disk), disk.table, {}, !disk.changed, {}};
  Numbers numbers{disk, index};
  Places places{disk};
  for (const auto* piece : partitions_of(disk)) {
    auto partition = planned(*piece);
    if (!disk.changed) {
      partition.number = piece->from->number;
      partition.offset = piece->from->offset;
    } else if (!disk.table.empty()) {
      partition.number = numbers.of(*piece);
      if (partition.number == 0) return no_number(*piece, index);
      auto offset = places.next(*piece, piece->size);
      if (!offset) return fail(offset.error());
      partition.offset = *offset;
    }
    result.partitions.push_back(std::move(partition));
  }
  const auto at = round_up(places.end(), partition_alignment);
  if (auto done = place_volumes(disk, index, at, numbers, result); !done) return fail(done.error());
  if (disk.table == "dos" && places.end() / disk.source->sector_size > dos_sectors_max) {
    return fail(Errc::invalid_argument,
                disk_name(index) + " has an MBR, which reaches " +
                    exact_bytes(dos_sectors_max * disk.source->sector_size) +
                    " and not the end of its last partition",
                "make the partitions smaller");
  }
  return result;
}

}  // namespace ferry
