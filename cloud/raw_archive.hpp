// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A disk in a tar.gz with one member, as ECS exports it. It is unpacked while it comes, into a file
// with holes where there are zeros: of the archive itself, nothing is kept but a few MiB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string_view>

#include "cloud/bucket.hpp"

namespace ferry {

struct ArchivedDisk {
  std::uint64_t bytes = 0;      // that are wanted, from its begin
  std::uint64_t bytes_max = 0;  // that it may have: a cloud's disks are whole GiB
};

/// Writes the first `disk.bytes` bytes of the disk to the file, which is replaced. The archive may
/// be anybody's: image_failed for one that is damaged or cut off, or has another member than one
/// regular file named "NAME.raw" with a size in these bounds. Nothing is written beyond them. Other
/// errors: object_missing and others of the bucket, disk_full, disk_write_failed, canceled. On
/// error the file is gone. `progress` gets bytes of the object.
[[nodiscard]] Result<> unpack_disk(const Bucket& bucket, std::string_view key,
                                   const ArchivedDisk& disk, const std::filesystem::path& file,
                                   const ByteProgress& progress, const std::stop_token& stop);

}  // namespace ferry
