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

std::uint64_t round_up(std::uint64_t value, std::uint64_t to) { return (value + to - 1) / to * to; }

bool is_logical(const DiskDraft& disk, const Piece& piece) {
  return disk.table == "dos" && piece.from->number > dos_primary_max;
}

bool is_volume(const DiskDraft& disk, const Piece& piece) {
  return disk.lvm && !is_for_boot(*piece.from);
}

/// The table at the beginning, and GPT's copy of it at the end.
std::uint64_t table_bytes(const DiskDraft& disk) {
  if (disk.table.empty()) return 0;
  return (disk.table == "gpt" ? 2 : 1) * partition_alignment;
}

/// Where the room for partitions ends.
std::uint64_t end_of(const DiskDraft& disk) {
  if (disk.table.empty()) return disk.size;
  return disk.size - (table_bytes(disk) - partition_alignment);
}

/// The first byte of a partition if all before `at` is taken. A BIOS boot partition stays where it
/// is: the code in the disk's first sector knows its sectors by number.
Result<std::uint64_t> place_of(const DiskDraft& disk, const Piece& piece, std::uint64_t at) {
  const auto old = piece.from->offset;
  if (piece.from->type != bios_boot) {
    return at + (room_of(disk, piece, piece.size) - round_up(piece.size, partition_alignment));
  }
  const bool in_front = old + piece.size <= partition_alignment;
  if (old >= at || in_front) return old;
  return fail(Errc::invalid_argument,
              name_of(piece) + " is for booting by BIOS and stays at byte " + std::to_string(old) +
                  ", where another partition would be",
              "leave it and those before it at their places and sizes");
}

template <class SizeOf>
std::uint64_t sum(const DiskDraft& disk, SizeOf size_of) {
  auto total = table_bytes(disk);
  bool volumes = false;
  for (const auto& piece : disk.pieces) {
    total += room_of(disk, piece, size_of(piece));
    volumes = volumes || is_volume(disk, piece);
  }
  return total + (volumes ? lvm_header_bytes : 0);
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
    volume.size = room_of(disk, piece, piece.size);
    used += volume.size;
    volumes.push_back(std::move(volume));
  }
  if (volumes.empty()) return {};
  PlannedPartition physical;
  physical.number = numbers.next();
  if (physical.number == 0) return no_number(disk.pieces.back(), index);
  physical.offset = at;
  physical.size = end_of(disk) - at;
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

std::uint64_t room_of(const DiskDraft& disk, const Piece& piece, std::uint64_t size) {
  if (disk.table.empty()) return size;
  if (is_volume(disk, piece)) return round_up(size, lvm_extent_bytes);
  // A logical partition has a table of its own before it.
  return round_up(size, partition_alignment) + (is_logical(disk, piece) ? partition_alignment : 0);
}

std::uint64_t needed_bytes(const DiskDraft& disk) {
  return sum(disk, [](const Piece& piece) { return piece.size; });
}

std::uint64_t minimum_bytes(const DiskDraft& disk) {
  return sum(disk,
             [](const Piece& piece) { return piece.size_given ? piece.size : piece.minimum; });
}

Result<PlannedDisk> place(const DiskDraft& disk, std::uint32_t index) {
  PlannedDisk result{index, disk.size, minimum_bytes(disk), disk.table, {}, !disk.changed, {}};
  Numbers numbers{disk, index};
  auto at = disk.table.empty() ? 0 : partition_alignment;
  for (const bool logical : {false, true}) {
    for (const auto& piece : disk.pieces) {
      if (is_volume(disk, piece) || is_logical(disk, piece) != logical) continue;
      auto partition = planned(piece);
      if (!disk.changed) {
        partition.number = piece.from->number;
        partition.offset = piece.from->offset;
      } else if (!disk.table.empty()) {
        partition.number = numbers.of(piece);
        if (partition.number == 0) return no_number(piece, index);
        auto offset = place_of(disk, piece, at);
        if (!offset) return fail(offset.error());
        partition.offset = *offset;
        at = std::max(at, round_up(*offset + piece.size, partition_alignment));
      }
      result.partitions.push_back(std::move(partition));
    }
  }
  // Only a partition that stays where it is can leave less room than was counted.
  if (disk.changed && needed_bytes(disk) <= disk.size && at > end_of(disk)) {
    return fail(Errc::invalid_argument,
                disk_name(index) + " of " + exact_bytes(disk.size) + " ends before " +
                    exact_bytes(at) + ", where its last partition does",
                "make it larger");
  }
  if (auto done = place_volumes(disk, index, at, numbers, result); !done) return fail(done.error());
  if (disk.table == "dos" && at / disk.source->sector_size > dos_sectors_max) {
    return fail(Errc::invalid_argument,
                disk_name(index) + " has an MBR, which reaches " +
                    exact_bytes(dos_sectors_max * disk.source->sector_size) +
                    " and not the end of its last partition",
                "make the partitions smaller");
  }
  return result;
}

}  // namespace ferry
