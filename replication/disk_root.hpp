// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The digest tree of a disk as it is now, without a table: for whoever must know that a
// disk still holds what was proven, and may not write to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/chunk_digests.hpp"
#include "base/error.hpp"

namespace ferry {

/// Reads the whole disk from the disk itself, holes cheaply, and returns the 32 bytes that
/// TargetDisk::verify returns for equal contents, size and digest key. `progress` gets the
/// bytes read, up to `bytes`, and `digests` those of the chunks, unless it is null. A file of
/// another size than `bytes` is verify_mismatch.
[[nodiscard]] Result<std::string> disk_root(const std::filesystem::path& disk, std::uint64_t bytes,
                                            std::string_view digest_key,
                                            const std::function<void(std::uint64_t)>& progress,
                                            const std::stop_token& stop,
                                            ChunkDigests* digests = nullptr);

}  // namespace ferry
