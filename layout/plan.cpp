// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "layout/plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"
#include "layout/pieces.hpp"
#include "messages/subvolume.hpp"

namespace ferry {
namespace {

constexpr std::size_t wishes_max = 32;  // of one disk, as in the public API
constexpr std::uint64_t sector_bytes = 512;
/// What a new file system needs besides the files: its tables, and a journal.
constexpr std::uint64_t filesystem_overhead = 64 * limits::mib;
constexpr std::uint64_t xfs_bytes_min = 300 * limits::mib;
constexpr std::uint64_t btrfs_bytes_min = 128 * limits::mib;

/// Those that files can be copied into.
bool takes_files(const std::string& filesystem) {
  static constexpr std::array<std::string_view, 5> known{"ext2", "ext3", "ext4", "xfs", "btrfs"};
  return std::ranges::find(known, filesystem) != known.end();
}

/// A subvolume that is all of its file system is made anew with it.
bool is_one_subvolume(const PartitionInfo& partition) {
  const auto& told = partition.facts.features;
  return std::ranges::find(told, one_subvolume) != told.end();
}

bool is_divisible(std::uint64_t bytes) { return bytes % lvm_extent_bytes == 0; }

std::uint64_t round_up(std::uint64_t bytes) {
  return (bytes + partition_alignment - 1) / partition_alignment * partition_alignment;
}

/// The smallest file system for the files of a partition; never more than it has today.
std::uint64_t smallest_for_files(const PartitionInfo& partition) {
  auto bytes = partition.used_bytes + partition.used_bytes / 16 + filesystem_overhead;
  if (partition.filesystem == "xfs") bytes = std::max(bytes, xfs_bytes_min);
  if (partition.filesystem == "btrfs") bytes = std::max(bytes, btrfs_bytes_min);
  return std::min(round_up(bytes), partition.size);
}

class Planner {
 public:
  Planner(const Inventory& inventory, const LayoutWish& wish, const LayoutLimits& bounds)
      : inventory_(inventory), wish_(wish), bounds_(bounds) {}

  LayoutPlan plan() {
    plan_.source = inventory_.disks;
    for (const auto& disk : inventory_.disks) {
      drafts_[disk.index] = {&disk, disk.size, disk.table, false, false, {}};
    }
    if (drafts_.empty()) refuse(Errc::invalid_argument, "the source server offers no disk", "");
    for (const auto& wish : wish_.disks) take_disk_wish(wish);
    collect_pieces();
    for (auto& [index, draft] : drafts_) choose_lvm(index, draft);
    for (auto& [index, draft] : drafts_) choose_methods(draft);
    leave_out_what_is_empty();
    for (auto& [index, draft] : drafts_) shrink(draft);
    for (auto& [index, draft] : drafts_) make_fit(index, draft);
    for (const auto& [index, draft] : drafts_) {
      auto placed = place(draft, index);
      if (!placed) {
        refuse(placed.error().code, placed.error().what, placed.error().fix);
      } else {
        plan_.disks.push_back(std::move(*placed));
      }
    }
    return std::move(plan_);
  }

 private:
  void refuse(Errc code, std::string what, std::string fix) {
    plan_.refusals.push_back({static_cast<std::uint16_t>(code), std::move(what), std::move(fix)});
  }
  void refuse(std::string what, std::string fix) {
    refuse(Errc::invalid_argument, std::move(what), std::move(fix));
  }

  void take_disk_wish(const DiskWish& wish) {
    const auto found = drafts_.find(wish.index);
    if (found == drafts_.end()) {
      return refuse("the source server has no disk " + std::to_string(wish.index),
                    "see 'edgeferry source show'");
    }
    if (!disks_named_.insert(wish.index).second) {
      return refuse("disk " + std::to_string(wish.index) + " is named twice", "name it once");
    }
    if (wish.partitions.size() > wishes_max) {
      return refuse(disk_name(wish.index) + " has " + std::to_string(wish.partitions.size()) +
                        " partitions, the limit is " + std::to_string(wishes_max),
                    "name only those that change");
    }
    found->second.lvm = wish.lvm;
    if (wish.size != 0 && wish.size != found->second.size) take_size(wish, found->second);
  }

  /// F67, F68.
  void take_size(const DiskWish& wish, DiskDraft& draft) {
    const bool system = wish.index == 0;
    const auto least = system ? bounds_.system_disk_min : bounds_.data_disk_min;
    const auto most = system ? bounds_.system_disk_max : bounds_.data_disk_max;
    if (wish.size % sector_bytes != 0) {
      return refuse(disk_name(wish.index) + " of " + std::to_string(wish.size) +
                        " bytes is not a multiple of 512 bytes",
                    "round it up");
    }
    if (wish.size < least || wish.size > most) {
      return refuse(Errc::limit_exceeded,
                    disk_name(wish.index) + " of " + exact_bytes(wish.size) + " is not in " +
                        exact_bytes(least) + " to " + exact_bytes(most),
                    std::string{"change "} +
                        (system ? "system_disk_min/max" : "data_disk_min/max") +
                        " in [limits] of the cluster file");
    }
    if (system && wish.size < draft.size) {
      note("the system disk becomes smaller than the source's " + exact_bytes(draft.size));
    }
    draft.changed = wish.size < draft.size;
    draft.size = wish.size;
  }

  void note(std::string text) { plan_.notes.push_back(std::move(text)); }

  /// All partitions: those that no wish names first, then those of the wishes.
  void collect_pieces() {
    std::set<const PartitionInfo*> named;
    std::vector<Piece> wished;
    for (const auto& disk : wish_.disks) {
      if (!drafts_.contains(disk.index)) continue;
      for (const auto& wish : disk.partitions) {
        auto piece = find(wish.from);
        if (!piece) continue;
        if (!named.insert(piece->from).second) {
          refuse(wish.from + " is named twice", "name it once");
          continue;
        }
        take_wish(wish, disk.index, *piece);
        wished.push_back(*piece);
      }
    }
    for (const auto& disk : inventory_.disks) {
      for (const auto& partition : disk.partitions) {
        if (named.contains(&partition)) continue;
        drafts_[disk.index].pieces.push_back(
            {disk.index, &partition, disk.index, {}, partition.size, 0, false, false});
      }
    }
    for (auto& piece : wished) drafts_[piece.disk].pieces.push_back(std::move(piece));
    for (auto& [index, draft] : drafts_) find_changes(index, draft);
  }

  std::optional<Piece> find(const std::string& from) {
    for (const auto& disk : inventory_.disks) {
      for (const auto& partition : disk.partitions) {
        const auto id = std::to_string(disk.index) + ":" + std::to_string(partition.number);
        if ((!from.empty() && from == partition.mount_point) || from == id) {
          return Piece{disk.index, &partition, disk.index, {}, partition.size, 0, false, false};
        }
      }
    }
    refuse("the source server has no partition '" + from + "'",
           "name a mount point or DISK:NUMBER, as 'edgeferry source show' prints them");
    return std::nullopt;
  }

  void take_wish(const PartitionWish& wish, std::uint32_t disk, Piece& piece) {
    if (wish.method != "" && wish.method != "block" && wish.method != "file" &&
        wish.method != "leave") {
      refuse("the method '" + wish.method + "' of " + wish.from + " is unknown",
             "choose block, file or leave");
    } else {
      piece.method = wish.method;
    }
    if (piece.method == "leave" && is_bound(piece)) {
      refuse(name_of(piece) + " is needed to boot and cannot be left out", "choose block or file");
    }
    if (disk != piece.from_disk) {
      if (is_bound(piece)) {
        return refuse(name_of(piece) + " is a boot or system partition and stays on the " +
                          disk_name(piece.from_disk),
                      "move another one");  // F80
      }
      piece.disk = disk;
      piece.moved_by_wish = true;
    }
    if (wish.size != 0 && wish.size != piece.size) {
      if (wish.size % partition_alignment != 0) {
        return refuse(name_of(piece) + " of " + std::to_string(wish.size) +
                          " bytes is not a multiple of 1 MiB",
                      "use whole MiB");
      }
      piece.size = wish.size;
      piece.size_given = true;
    }
  }

  /// A disk is made anew if anything on it is not as it was.
  void find_changes(std::uint32_t index, DiskDraft& draft) {
    std::vector<const PartitionInfo*> order;
    for (const auto& piece : draft.pieces) {
      order.push_back(piece.from);
      const bool other = piece.size_given || piece.from_disk != index ||
                         (piece.method != "" && piece.method != "block");
      draft.changed = draft.changed || other;
    }
    std::vector<const PartitionInfo*> before;
    for (const auto& partition : draft.source->partitions) before.push_back(&partition);
    draft.changed = draft.changed || draft.lvm || order != before;
    const bool more = draft.pieces.size() > 1 || draft.lvm;
    if (draft.table.empty() && draft.changed && more) draft.table = "gpt";
  }

  /// F71, F72.
  void choose_lvm(std::uint32_t index, DiskDraft& draft) {
    if (!draft.lvm) return;
    const auto boots = [](const Piece& piece) { return piece.from->mount_point == "/boot"; };
    if (index == 0 && std::ranges::none_of(draft.pieces, boots)) {
      refuse("the system disk has no boot partition, so its root cannot be a logical volume",
             "leave lvm off for the system disk");
    }
    for (const auto& piece : draft.pieces) {
      if (piece.from->filesystem != "LVM2_member") continue;
      refuse(name_of(piece) + " is a physical volume already, and LVM finds none in a volume",
             "leave lvm off for the " + disk_name(index));
    }
    const bool old = inventory_.os_id == "debian" && inventory_.kernel.size() > 1 &&
                     inventory_.kernel[0] <= '3' && inventory_.kernel[1] == '.';
    const auto is_xfs = [](const Piece& piece) {
      return piece.from->filesystem == "xfs" && !piece.from->mount_point.empty();
    };
    if (old && std::ranges::any_of(draft.pieces, is_xfs)) {
      draft.lvm = false;
      note("LVM has no effect on the " + disk_name(index) + ": kernel " + inventory_.kernel +
           " of Debian cannot have xfs on it");
    }
  }

  /// F73 to F77.
  void choose_methods(DiskDraft& draft) {
    for (auto& piece : draft.pieces) {
      const auto& from = *piece.from;
      const bool swap = from.filesystem == "swap";
      if (piece.method.empty()) {
        piece.method = draft.changed && swap ? "new" : from.block_replication ? "block" : "file";
      } else if (piece.method == "block" && !from.block_replication) {
        refuse(name_of(piece) + " cannot be replicated by blocks", "choose file");
      } else if (swap && piece.method == "file") {
        piece.method = "new";
      }
      if (draft.lvm && !is_for_boot(from) && piece.method == "block" && !is_divisible(piece.size)) {
        note(name_of(piece) + " is replicated by files: " + exact_bytes(piece.size) +
             " is not a multiple of 4 MiB, as a logical volume must be");
        piece.method = "file";
      }
      if (piece.method == "file") check_files(piece);
      if (piece.method == "block" && piece.size_given) {
        refuse(name_of(piece) + " is replicated by blocks, so its size stays " +
                   exact_bytes(from.size),
               "choose file for another size");
        piece.size = from.size;
      }
      piece.minimum = piece.method == "file"  ? smallest_for_files(from)
                      : piece.method == "new" ? std::min(from.size, partition_alignment)
                                              : from.size;
      if (piece.size_given && piece.size < piece.minimum) {
        refuse(name_of(piece) + " of " + exact_bytes(piece.size) +
                   " is too small: " + human_bytes(from.used_bytes) + " are used, at least " +
                   exact_bytes(piece.minimum) + " are needed",
               "choose a larger size");
      }
    }
    std::erase_if(draft.pieces, [&](const Piece& piece) {
      if (piece.method != "leave") return false;
      note(name_of(piece) + " is not migrated");
      return true;
    });
  }

  void check_files(const Piece& piece) {
    const auto& from = *piece.from;
    if (!takes_files(from.filesystem)) {
      refuse(name_of(piece) + " has " +
                 (from.filesystem.empty() ? "no file system" : "a " + from.filesystem) +
                 ", its files cannot be copied",
             "choose block");
    } else if (from.mount_point.empty()) {
      refuse(name_of(piece) + " is not mounted, its files cannot be copied",
             "mount it, or choose block");
    } else if (!from.mount_root.empty() && !is_one_subvolume(from)) {
      refuse("of " + name_of(piece) + " only " + from.mount_root +
                 " is mounted, and a new file system would not have the others",
             "choose block");
    }
  }

  /// F69.
  void leave_out_what_is_empty() {
    std::erase_if(drafts_, [&](const auto& entry) {
      const auto& [index, draft] = entry;
      if (index == 0 || !draft.changed || !draft.pieces.empty()) return false;
      note(disk_name(index) + " is not migrated: nothing of it is");
      return true;
    });
  }

  /// What may become smaller gives way, the largest first, as far as it must.
  static void shrink(DiskDraft& draft) {
    if (!draft.changed) return;
    std::vector<Piece*> yielding;
    for (auto& piece : draft.pieces) {
      if (!piece.size_given && piece.method != "block") yielding.push_back(&piece);
    }
    std::ranges::sort(yielding, [](const Piece* a, const Piece* b) { return a->size > b->size; });
    for (auto* piece : yielding) {
      // Again, for a partition that becomes smaller may cost those behind it their old places.
      while (needed_bytes(draft) > draft.size && piece->size > piece->minimum) {
        const auto wanted = round_up(needed_bytes(draft) - draft.size);
        piece->size -= std::min(piece->size - piece->minimum, wanted);
        // Down to whole MiB, where the partition did not end on one.
        piece->size =
            std::max(piece->minimum, piece->size / partition_alignment * partition_alignment);
      }
    }
  }

  /// F78, F79: what does not fit is moved where there is room for it.
  void make_fit(std::uint32_t index, DiskDraft& draft) {
    if (!draft.changed) return;
    while (needed_bytes(draft) > draft.size) {
      auto moved = draft.pieces.end();
      DiskDraft* target = nullptr;
      for (auto piece = draft.pieces.begin(); piece != draft.pieces.end(); ++piece) {
        if (is_bound(*piece) || piece->moved_by_wish) continue;
        if (moved != draft.pieces.end() && moved->size >= piece->size) continue;
        if (auto* room = disk_with_room(index, *piece)) {
          moved = piece;
          target = room;
        }
      }
      if (moved == draft.pieces.end()) {
        return refuse(disk_name(index) + " of " + exact_bytes(draft.size) +
                          " is too small: its partitions need " +
                          exact_bytes(minimum_bytes(draft)) + ", and no other disk has room",
                      "make it larger, or choose file for a partition that may become smaller");
      }
      auto piece = *moved;
      draft.pieces.erase(moved);
      const auto other = static_cast<std::uint32_t>(target->source->index);
      note(name_of(piece) + " moves to the " + disk_name(other) + ", for it does not fit on the " +
           disk_name(index));
      piece.disk = other;
      target->changed = true;
      target->pieces.push_back(piece);
    }
  }

  /// A data disk that could take one more, as it is now.
  DiskDraft* disk_with_room(std::uint32_t not_on, const Piece& piece) {
    for (auto& [index, draft] : drafts_) {
      if (index == not_on || index == 0 || draft.table.empty()) continue;
      auto with = draft;
      with.pieces.push_back(piece);
      if (needed_bytes(with) <= with.size) return &draft;
    }
    return nullptr;
  }

  const Inventory& inventory_;
  const LayoutWish& wish_;
  const LayoutLimits& bounds_;
  LayoutPlan plan_;
  std::map<std::uint32_t, DiskDraft> drafts_;
  std::set<std::uint32_t> disks_named_;
};

}  // namespace

LayoutPlan plan_layout(const Inventory& inventory, const LayoutWish& wish,
                       const LayoutLimits& bounds) {
  return Planner{inventory, wish, bounds}.plan();
}

}  // namespace ferry
