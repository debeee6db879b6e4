// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a mounted btrfs holds besides the subvolume that one sees of it.
#pragma once

#include <string>

namespace ferry {

/// True if the subvolume mounted at `folder` is all that its btrfs holds: the only one, alone at
/// the top level, and not the one that a mount without a name gets. False also where the kernel
/// doesn't tell, which takes root.
[[nodiscard]] bool is_only_subvolume(const std::string& folder);

}  // namespace ferry
