// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The files of a server, whether they lie under a folder of this machine or on a disk
// that nobody has mounted. Symbolic links never lead out of the tree.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/inventory.hpp"

namespace ferry {

/// Paths have no leading slash: "etc/os-release".
struct ServerTree {
  /// At most the first `bytes_max` bytes; not_found if the path leads nowhere.
  std::function<Result<std::string>(const std::string& path, std::size_t bytes_max)> read;
  /// Names in a folder in no order; empty if there is none.
  std::function<std::vector<std::string>(const std::string& path)> list;
};

/// Nothing if the folder can't be opened.
[[nodiscard]] std::optional<ServerTree> tree_below(const std::filesystem::path& root);
/// Reads by libext2fs; nothing if no ext file system can be opened there.
[[nodiscard]] std::optional<ServerTree> tree_on_partition(const DiskInfo& disk,
                                                          const PartitionInfo& partition);

}  // namespace ferry
