// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Copies the files of one mount point to the transition instance and has the copy proven.
#pragma once

#include <string>

#include "actors/agent/replicate.hpp"
#include "layout/parts.hpp"

namespace ferry {

/// Where the files of a part are on this server, and from which disk they come.
struct SourceTree {
  std::string root;  // the mount point
  std::string disk;  // path
  std::uint32_t disk_index = 0;
  PartitionInfo planned;
};

/// Copies them into part `index` of the layout. Returns once every file was read at both ends and
/// is the same, but for those that exclude rules leave out, which are read anew for each pass.
/// Errors keep what is durable; disk_missing if another file system, or none, is mounted there: a
/// copy of nothing would remove all at the target; excludes_invalid.
[[nodiscard]] Result<> replicate_tree(const SyncDisks& request, const SourceTree& tree,
                                      std::uint32_t index, const ReplicationOptions& options,
                                      DiskSyncState& state, const std::stop_token& stop);

}  // namespace ferry
