// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a file system was made with, read from its super block, in the words of the program that
// makes such a one. Only features that a new file system of the same kind can have are told: one
// with fewer is read by whatever reads the old one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "messages/inventory.hpp"

namespace ferry {

/// Of the file system in bytes offset to offset + size of a file or device. Empty for one that is
/// not ext2, ext3, ext4, xfs or btrfs. inventory_failed if its super block is not plausible.
[[nodiscard]] Result<FilesystemFacts> read_filesystem_facts(int fd, std::uint64_t offset,
                                                            std::uint64_t size,
                                                            const std::string& filesystem);

/// The names of all features that are told of a kind of file system.
[[nodiscard]] std::vector<std::string_view> known_features(const std::string& filesystem);

}  // namespace ferry
