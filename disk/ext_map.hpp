// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which blocks of an ext file system are free. Every number on the disk may lie,
// so a block counts as free only if all checks on its group agree.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "disk/ext_volume.hpp"

namespace ferry {

/// What the owner knows about the state of the file system.
struct ExtUse {
  bool mounted_writable = false;  // then a journal in use is no sign of a crash
};

/// Calls `on_free(offset, length)` in ascending order with byte ranges counted
/// from the start of the file system. An error means that no range that was
/// reported may be trusted. `notes` gets a line for each group taken as full.
[[nodiscard]] Result<> walk_ext_free(
    const ExtPlace& place, const ExtUse& use,
    const std::function<void(std::uint64_t offset, std::uint64_t length)>& on_free,
    std::vector<std::string>* notes);

}  // namespace ferry
