// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What one replication session each carries. A disk that keeps its layout is one part; of a disk
// that is made anew the old bytes and files come in several, from whatever disks. Controller, agent
// and transition node get the same list from the same plan, so that its index names a part
// between them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "messages/inventory.hpp"
#include "messages/layout.hpp"

namespace ferry {

enum class PartKind : std::uint8_t {
  whole,   // all of a disk
  blocks,  // all bytes of a partition
  files,   // all files below a mount point, into a file system of the image
  head,    // boot code: the bytes before the first partition
};

struct Part {
  PartKind kind = PartKind::whole;
  std::uint32_t source_disk = 0;    // index, and ...
  std::uint64_t source_offset = 0;  // ... its bytes from here; for files: those of the file system
  std::uint64_t source_size = 0;
  std::uint32_t target_disk = 0;  // place of the image's disk in the plan, whose bytes from ...
  /// ... here hold it. A head goes into a file of its own first, from byte 0: only what is code in
  /// it gets onto the disk, when the disk is sealed.
  std::uint64_t target_offset = 0;
  std::uint64_t target_size = 0;  // at least source_size, except for files
  PartitionInfo from;             // of blocks and files: the partition on the source
};

/// "whole", "blocks", "files", "head".
[[nodiscard]] std::string_view to_string(PartKind kind);
/// "system disk", "/srv", "partition 1:2", "boot code of the system disk".
[[nodiscard]] std::string name_of(const Part& part);

/// The parts of the image's disks, disk by disk: a disk is complete once all its parts are, and its
/// table, its new file systems and swap are made without any. Plans come from other processes:
/// they are checked. Errors: malformed for a plan that no planner makes, such as ranges
/// that overlap or lie outside of their disk.
[[nodiscard]] Result<std::vector<Part>> parts_of(const std::vector<PlannedDisk>& disks,
                                                 const std::vector<DiskInfo>& source);

/// The bytes before the first partition of a disk that may hold boot code: the first sector, and
/// with an MBR what follows it, 1 MiB at most in all. 0: it has no table.
[[nodiscard]] std::uint64_t head_bytes(const DiskInfo& disk);

}  // namespace ferry
