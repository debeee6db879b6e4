// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Partition tables, by libfdisk. The kernel is not asked: it knows nothing about
// image files, and may be built without partition support.
#pragma once

#include "base/error.hpp"
#include "disk/source_disk.hpp"
#include "messages/inventory.hpp"

namespace ferry {

/// Describes a disk: table, partitions, their file systems, use and mount points.
/// A disk without a table has one partition with number 0. Containers of logical
/// partitions are left out. `index` is left at 0.
[[nodiscard]] Result<DiskInfo> describe_disk(const SourceDisk& disk);

}  // namespace ferry
