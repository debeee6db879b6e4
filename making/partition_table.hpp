// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The partition table of a disk that is made anew, with all that identified the old one: disk
// id, and of each partition its number, type, UUID, name and attributes.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "messages/layout.hpp"

namespace ferry {

/// Writes a GPT or MBR into a blank file of the disk's size. Boot code is left out. `source` is
/// the disk that it stands for. Errors: malformed for values that no partition table has,
/// disk_write_failed.
[[nodiscard]] Result<> write_partition_table(const std::filesystem::path& file,
                                             const PlannedDisk& disk, const DiskInfo& source);

}  // namespace ferry
