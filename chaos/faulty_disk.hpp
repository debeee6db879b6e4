// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Disks that can be made to fail, to be slow, or to be full: a raw file, perhaps behind
// nbdkit's error and rate filters, perhaps as a file system of its own. All of it is real
// to the programs that use it: the kernel returns EIO or ENOSPC, and fsync takes its time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "chaos/undo.hpp"

namespace ferry::chaos {

/// Whether nbdkit, nbdfuse and /dev/fuse are there.
[[nodiscard]] Result<> probe_faulty_disk();

/// Controls of one disk, while the programs behind it run.
struct DiskControls {
  std::filesystem::path fail_file;  // while it exists, reads or writes fail with EIO
  std::filesystem::path rate_file;  // bits a second; absent or empty: as fast as possible
};

/// Shows `image` as `folder`/nbd through nbdkit; `broken` is what the fail file breaks,
/// pread or pwrite.
[[nodiscard]] Result<DiskControls> serve_disk(const std::filesystem::path& image,
                                              const std::filesystem::path& folder,
                                              const std::string& broken, UndoLog& undo);

/// Makes an ext4 file system of this size and mounts it on `folder`. With `controls` it
/// lies behind nbdkit.
[[nodiscard]] Result<> mount_disk(const std::filesystem::path& image, std::uint64_t bytes,
                                  const std::filesystem::path& folder, DiskControls* controls,
                                  UndoLog& undo);

}  // namespace ferry::chaos
