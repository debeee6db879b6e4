// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a request wants the disks of an image to be: by index and device (SystemDiskSize,
// SystemDiskPart.N, DataDisk.N), or by mount point (Disks.System, Disks.Data.N).
#pragma once

#include "messages/layout.hpp"
#include "messages/source.hpp"
#include "smc/api_error.hpp"
#include "smc/parameters.hpp"

namespace ferry {

/// True if the request says anything of disks.
[[nodiscard]] bool wishes_disks(const Parameters& parameters);

/// No disk if all are to be as on the source. What it lists of a disk's partitions is all that is
/// migrated of it, but for what the server needs to boot; disks that it does not name are as on the
/// source. Errors: those of the API for indices, devices and sizes; whether the rest can be
/// done is for the planner to say.
[[nodiscard]] ApiResult<LayoutWish> disk_wishes(const Parameters& parameters,
                                                const Inventory& inventory);

}  // namespace ferry
