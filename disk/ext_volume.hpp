// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An ext2, ext3 or ext4 file system inside a disk, opened by libext2fs after its
// super block was found plausible. The check comes first because the library
// allocates memory by numbers that it reads from the disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#include "base/error.hpp"

namespace ferry {

/// Where a file system lies and how to read it.
struct ExtPlace {
  std::string path;          // device node or image file
  std::uint64_t offset = 0;  // bytes
  std::uint64_t size = 0;    // bytes
  bool direct = false;       // read around the page cache
};

struct CloseExt {
  void operator()(ext2_filsys fs) const { ext2fs_free(fs); }
};
using ExtVolume = std::unique_ptr<struct_ext2_filsys, CloseExt>;

/// Opens read-only. The error is inventory_failed and says what is wrong.
[[nodiscard]] Result<ExtVolume> open_ext(const ExtPlace& place);

/// Bytes in use by the group descriptors' free counts, at most `place.size`.
[[nodiscard]] Result<std::uint64_t> ext_used_bytes(const ExtPlace& place);

[[nodiscard]] std::string ext_error_text(errcode_t code);

}  // namespace ferry
