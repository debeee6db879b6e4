// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which operating system runs on this machine, lives under a folder, or sleeps in
// an image; and the machine's processors and memory.
#pragma once

#include <filesystem>
#include <string>

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

/// Reads below `root`; symbolic links can't lead out of it.
[[nodiscard]] OsFacts os_below(const std::filesystem::path& root);
/// Looks for a root file system on the ext partitions of a disk that is not
/// running, by libext2fs. All empty if there is none.
[[nodiscard]] OsFacts os_on_disk(const DiskInfo& disk);
/// The operating system that runs this process: its running kernel, its host name.
[[nodiscard]] OsFacts running_os();

/// Fills cpu_model, cpu_count and memory_bytes from this machine.
void fill_machine(Inventory& inventory);

}  // namespace ferry
