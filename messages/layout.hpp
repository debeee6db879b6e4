// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How the disks of an image are to be laid out, and what comes of that wish (F65 to F80).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"
#include "messages/source.hpp"

namespace ferry {

/// What becomes of one partition of the source.
struct PartitionWish {
  std::string from;        // its mount point on the source, or "DISK:NUMBER"
  std::uint64_t size = 0;  // bytes; 0: as on the source, or less if it must
  std::string method;      // block, file or leave; empty: block where that is possible (F74)
  FERRY_FIELDS(from, size, method)
};

/// One disk of the image. Partitions that no wish names keep their disk and come first, in
/// their old order; those named follow in the order of the wish, from whatever disk (F80).
struct DiskWish {
  std::uint32_t index = 0;
  std::uint64_t size = 0;  // bytes; 0: the source disk's
  bool lvm = false;        // F70
  std::vector<PartitionWish> partitions;
  FERRY_FIELDS(index, size, lvm, partitions)
};

/// No disk: the source's layout (F65). Else disks that are not named are as on the source.
struct LayoutWish {
  std::vector<DiskWish> disks;
  FERRY_FIELDS(disks)
};

struct PlannedPartition {
  std::uint32_t number = 0;   // as in PartitionInfo; 0 as well for a logical volume
  std::uint64_t offset = 0;   // bytes from the start of the disk; of a volume: in its group
  std::uint64_t size = 0;     // bytes
  std::uint64_t minimum = 0;  // bytes, with this method
  // block, file, new (made with the same identity, nothing is copied) or lvm (the physical volume)
  std::string method;
  std::string volume;  // "vg1/lv0"; empty for a partition
  std::uint32_t from_disk = 0;
  PartitionInfo from;
  FERRY_FIELDS(number, offset, size, minimum, method, volume, from_disk, from)
};

struct PlannedDisk {
  std::uint32_t index = 0;
  std::uint64_t size = 0;
  std::uint64_t minimum = 0;  // bytes that it needs with this layout
  std::string table;          // gpt, dos or empty
  std::string volume_group;   // empty: none is made
  bool whole = false;         // all of the source disk goes over as blocks, at the same places
  std::vector<PlannedPartition> partitions;
  FERRY_FIELDS(index, size, minimum, table, volume_group, whole, partitions)
};

/// A plan that is carried out, with the source's disks as they were when it was made: all that
/// parts_of (layout/parts.hpp) needs. The image's disks are numbered as they come here, without a
/// gap where one is left out. No disks: each disk goes over whole.
struct Layout {
  std::vector<DiskInfo> source;
  std::vector<PlannedDisk> disks;
  FERRY_FIELDS(source, disks)
};

/// Asks what would come of a layout. Nothing is made.
struct PlanLayout {
  std::string source;
  LayoutWish wish;
  std::vector<std::string> excludes = {};  // as in JobSettings
  FERRY_MESSAGE("layout.plan", source, wish, excludes)
};
/// With refusals the disks show how far the plan came.
struct LayoutPlan {
  std::vector<DiskInfo> source;
  std::vector<PlannedDisk> disks;
  std::vector<std::string> notes;
  std::vector<Finding> refusals;  // all at once; empty: it can be done
  std::vector<std::string> excludes = {};  // as they were asked about
  FERRY_MESSAGE("layout.plan_answer", source, disks, notes, refusals, excludes)
};

}  // namespace ferry
