// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the cloud has exported of a machine's disk, back in a file: from here on it is made an image
// as any other disk is, once it is proven to be the disk that was meant.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "cloud/bucket.hpp"
#include "cloud/native_export.hpp"

namespace ferry {

/// Brings an object's disk into the file, which is replaced: `disk_bytes` bytes from the begin of
/// the cloud's disk, which has whole GiB and at least 20. Zeros stay holes. What comes is hostile:
/// it is read in bounds of time and space, and says nothing of whose disk it is. Errors:
/// image_failed (another thing than such a disk), those of the bucket, disk_full,
/// disk_write_failed, program_missing, canceled. On error there is no file.
[[nodiscard]] Result<> fetch_disk(const Bucket& bucket, const ExportedObject& object,
                                  std::uint64_t disk_bytes, const std::filesystem::path& file,
                                  const ByteProgress& progress, const std::stop_token& stop);

/// The size of the cloud's disk for one of so many bytes.
[[nodiscard]] constexpr std::uint64_t cloud_disk_gib(std::uint64_t disk_bytes) {
  constexpr std::uint64_t gib_min = 20;
  return std::max(gib_min, (disk_bytes + limits::gib - 1) / limits::gib);
}

}  // namespace ferry
