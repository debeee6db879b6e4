// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which operating system runs on this machine or has its files in a tree; and the
// machine's processors and memory.
#pragma once

#include <string>

#include "disk/server_tree.hpp"
#include "messages/inventory.hpp"

namespace ferry {

/// What stays unknown is empty.
struct OsFacts {
  std::string hostname;
  std::string id;
  std::string version;
  std::string name;
  std::string kernel;        // of the newest installed kernel
  std::string architecture;  // of the programs found
};

/// The operating system whose root this tree is. All empty if it is none.
[[nodiscard]] OsFacts os_of(const ServerTree& tree);
/// The operating system that runs this process: its running kernel, its host name.
[[nodiscard]] OsFacts running_os();

/// Fills cpu_model, cpu_count and memory_bytes from this machine.
void fill_machine(Inventory& inventory);

}  // namespace ferry
