// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a source server is made of (F12, F96): the record that its agent reports.
// It is read without changing anything, from a running server as well as from
// images of a server that sleeps.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/inventory.hpp"

namespace ferry {

struct InventoryOptions {
  std::vector<std::string> disks;    // devices or images, the system disk first; empty: discover
  std::filesystem::path root = "/";  // tree of the operating system; "/" means not given
};

/// Reads everything anew. Without `disks` the real disks are found, and one that
/// can't be opened is left out with a warning in the log. With image files and no
/// `root`, the operating system is looked up inside of the first image. Processors,
/// memory and network interfaces are always those of this machine.
/// Errors: those of SourceDisk::open for a disk named; inventory_failed without any disk.
[[nodiscard]] Result<Inventory> read_inventory(const InventoryOptions& options);

}  // namespace ferry
