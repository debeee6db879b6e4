// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which real disks this machine has.
#pragma once

#include <string>
#include <vector>

namespace ferry {

/// Device nodes of all disks with a size, without loop, memory, mapped, optical
/// and RAID devices; the one that holds "/" is first, the others follow by name.
[[nodiscard]] std::vector<std::string> discover_disks();

}  // namespace ferry
