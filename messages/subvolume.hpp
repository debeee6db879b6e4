// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A btrfs that is mounted by one subvolume, and holds nothing else.
#pragma once

#include <string_view>

namespace ferry {

/// Told among the features (FilesystemFacts) of such a one: with `mount_root`, "/@rootfs", it can
/// be made anew.
inline constexpr std::string_view one_subvolume = "one-subvolume";

}  // namespace ferry
