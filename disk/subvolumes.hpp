// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a mounted btrfs holds besides the subvolume that one sees of it. Snapshots that an agent
// makes for a pass (base/snapshot_name.hpp) don't count: they are gone soon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/file.hpp"

namespace ferry {

/// True if the subvolume mounted at `folder` is all that its btrfs holds: the only one, alone at
/// the top level, and not the one that a mount without a name gets. False also where the kernel
/// doesn't tell, which takes root.
[[nodiscard]] bool is_only_subvolume(const std::string& folder);

/// Returns a number that the mounted btrfs subvolume has nowhere else: the kernel makes it from
/// those of file system and subvolume. Nothing if the open folder isn't the root of a subvolume.
[[nodiscard]] std::optional<std::uint64_t> subvolume_number(const Fd& folder);

/// Returns why a snapshot of the subvolume, whose root the open folder is, would not hold all that
/// one sees there, or would do its server harm; empty if nothing is known against it.
[[nodiscard]] std::string objection_to_snapshot(const Fd& folder);

}  // namespace ferry
