// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a layout is made of while it is planned: the source's partitions, each with what is to
// become of it, and the disks of the image that they are put on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/layout.hpp"

namespace ferry {

inline constexpr std::uint64_t partition_alignment = 1 * limits::mib;
inline constexpr std::uint64_t lvm_extent_bytes = 4 * limits::mib;  // L17
inline constexpr std::uint64_t lvm_header_bytes = 1 * limits::mib;  // before the first extent

struct Piece {
  std::uint32_t from_disk = 0;
  const PartitionInfo* from = nullptr;
  std::uint32_t disk = 0;  // of the image
  std::string method;
  std::uint64_t size = 0;
  std::uint64_t minimum = 0;
  bool size_given = false;
  bool moved_by_wish = false;
};

/// One disk of the image with its pieces, in their order.
struct DiskDraft {
  const DiskInfo* source = nullptr;
  std::uint64_t size = 0;
  std::string table;
  bool lvm = false;
  bool changed = false;  // it is made anew; otherwise all of it goes over as it is
  std::vector<Piece> pieces;
};

/// Boot and system partitions: they stay on their disk (F80) and are always copied.
[[nodiscard]] bool is_bound(const Piece& piece);
/// Needed before LVM is understood, so never a logical volume.
[[nodiscard]] bool is_for_boot(const PartitionInfo& partition);
/// "/srv", or "partition 1:2" for one that is not mounted.
[[nodiscard]] std::string partition_name(std::uint32_t disk, const PartitionInfo& partition);
[[nodiscard]] std::string name_of(const Piece& piece);
/// "system disk", "data disk 2".
[[nodiscard]] std::string disk_name(std::uint32_t index);
/// "3.0 GiB (3221225472 bytes)": a limit often is a round number and the value just beside it.
[[nodiscard]] std::string exact_bytes(std::uint64_t bytes);
/// The bytes of a disk that hold this, tables and LVM's own included.
[[nodiscard]] std::uint64_t needed_bytes(const DiskDraft& disk);
/// The same with every piece at its minimum, or at its size if that was asked for.
[[nodiscard]] std::uint64_t minimum_bytes(const DiskDraft& disk);

/// Gives each piece its place. Errors: invalid_argument if the table has no number left for
/// one, or cannot reach so far.
[[nodiscard]] Result<PlannedDisk> place(const DiskDraft& disk, std::uint32_t index);

}  // namespace ferry
