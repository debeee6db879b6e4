// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which bytes of a disk are worth copying. The map is a hint, never the truth: a
// running file system allocates further blocks right after it was read, and those
// reach the copy only through change tracking. So start tracking first, read the
// map second, copy third. Whatever is in doubt counts as used: too large a map
// costs time, too small a one would cost data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/extent.hpp"
#include "disk/source_disk.hpp"
#include "messages/inventory.hpp"

namespace ferry {

struct AllocationMap {
  std::vector<Extent> used;        // ascending, apart from each other, multiples of 4096
  std::uint64_t used_bytes = 0;    // their sum
  std::vector<std::string> notes;  // what had to be taken as used, and why
};

/// Free are only: free blocks of a sound ext2/3/4 file system, and the inside of
/// swap space. Partition tables, gaps, other file systems and everything that
/// fails a check are used. The last extent may end at an odd disk size.
/// A file system mounted with write access is read through the device that it is
/// mounted from, because only that page cache holds its newest bitmaps.
[[nodiscard]] Result<AllocationMap> read_allocation_map(const SourceDisk& disk,
                                                        const DiskInfo& info);

}  // namespace ferry
