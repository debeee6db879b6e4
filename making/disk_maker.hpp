// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Makes a disk of the image as it is planned: its table, file systems, swap and volume group, all
// empty. What it holds then arrives part by part (made_disk.hpp).
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/error.hpp"
#include "messages/layout.hpp"

namespace ferry {

/// Makes the disk at `place` of the layout as the file "NAME.raw", unless it is made. A file of
/// that name is a finished disk: until then it is "NAME.making", and whoever was killed over it
/// begins anew. "NAME.made" beside it keeps the plan that it was made from. Needs root. Errors:
/// instance_gone if `must_exist` and it isn't there; transfer_refused if it was made from another
/// plan; malformed for what no planner plans; those of the programs that make it.
[[nodiscard]] Result<> make_disk(const std::filesystem::path& file, const Layout& layout,
                                 std::uint32_t place, bool must_exist);

}  // namespace ferry
