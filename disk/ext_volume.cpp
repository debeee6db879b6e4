// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/ext_volume.hpp"

#include <algorithm>
#include <et/com_err.h>
#include <mutex>

#include <fcntl.h>

#include "base/file.hpp"

namespace ferry {
namespace {

constexpr std::uint64_t groups_max = 1 << 20;  // 128 TiB with the usual group of 128 MiB

tl::unexpected<Error> bad(const ExtPlace& place, const std::string& reason) {
  return fail(Errc::inventory_failed, "ext file system at byte " + std::to_string(place.offset) +
                                          " of " + place.path + ": " + reason);
}

std::uint64_t blocks_of(const ext2_super_block& super) {
  const bool wide =
      (ext2fs_le32_to_cpu(super.s_feature_incompat) & EXT4_FEATURE_INCOMPAT_64BIT) != 0;
  const auto low = std::uint64_t{ext2fs_le32_to_cpu(super.s_blocks_count)};
  return wide ? low | std::uint64_t{ext2fs_le32_to_cpu(super.s_blocks_count_hi)} << 32 : low;
}

/// Says what is implausible about a super block, or nothing.
std::string complaint(const ext2_super_block& super, std::uint64_t bytes_max) {
  if (ext2fs_le16_to_cpu(super.s_magic) != EXT2_SUPER_MAGIC) return "no magic number";
  const auto log_size = ext2fs_le32_to_cpu(super.s_log_block_size);
  if (log_size > EXT2_MAX_BLOCK_LOG_SIZE - EXT2_MIN_BLOCK_LOG_SIZE) return "bad block size";
  const auto block_bytes = std::uint64_t{1024} << log_size;
  const auto blocks = blocks_of(super);
  if (blocks == 0 || blocks > bytes_max / block_bytes) return "larger than its partition";
  const auto per_group = ext2fs_le32_to_cpu(super.s_blocks_per_group);
  if (per_group < 256 || blocks / per_group >= groups_max) return "bad group size";
  const auto first = ext2fs_le32_to_cpu(super.s_first_data_block);
  if (first > 1 || first >= blocks) return "bad first block";
  const auto unknown = ~static_cast<std::uint32_t>(EXT2_LIB_FEATURE_RO_COMPAT_SUPP);
  if ((ext2fs_le32_to_cpu(super.s_feature_ro_compat) & unknown) != 0) return "unknown features";
  return {};
}

Result<> check_super(const ExtPlace& place) {
  const auto fd = open_file(place.path, O_RDONLY);
  if (!fd) return fail(fd.error());
  ext2_super_block super{};
  if (place.size < SUPERBLOCK_OFFSET + sizeof super) return bad(place, "too small");
  const auto at = place.offset + SUPERBLOCK_OFFSET;
  if (auto got = read_at(*fd, &super, sizeof super, at); !got) return bad(place, got.error().what);
  const auto reason = complaint(super, place.size);
  return reason.empty() ? Result<>{} : bad(place, reason);
}

}  // namespace

std::string ext_error_text(errcode_t code) {
  // com_err keeps a list of tables and a buffer without any lock.
  static std::mutex mutex;
  const std::scoped_lock lock{mutex};
  static const bool ready = (initialize_ext2_error_table(), true);
  (void)ready;
  return error_message(code);
}

Result<ExtVolume> open_ext(const ExtPlace& place) {
  if (auto checked = check_super(place); !checked) return fail(checked.error());
  // Options are passed even for offset 0: without them a '?' in the path would be
  // taken for their start.
  const auto options = "offset=" + std::to_string(place.offset);
  const int flags =
      EXT2_FLAG_64BITS | EXT2_FLAG_SKIP_MMP | (place.direct ? EXT2_FLAG_DIRECT_IO : 0);
  ext2_filsys fs = nullptr;
  const auto code =
      ext2fs_open2(place.path.c_str(), options.c_str(), flags, 0, 0, unix_io_manager, &fs);
  if (code != 0) return bad(place, ext_error_text(code));
  ExtVolume volume{fs};
  // The disk may have changed since the first look.
  const auto blocks = ext2fs_blocks_count(fs->super);
  if (blocks == 0 || blocks > place.size / fs->blocksize || fs->super->s_blocks_per_group < 256) {
    return bad(place, "larger than its partition");
  }
  return volume;
}

Result<std::uint64_t> ext_used_bytes(const ExtPlace& place) {
  const auto volume = open_ext(place);
  if (!volume) return fail(volume.error());
  auto* fs = volume->get();
  std::uint64_t free_clusters = 0;
  for (dgrp_t group = 0; group < fs->group_desc_count; ++group) {
    free_clusters += ext2fs_bg_free_blocks_count(fs, group);
  }
  const auto cluster_bytes = std::uint64_t{fs->blocksize} << fs->cluster_ratio_bits;
  const auto total = ext2fs_blocks_count(fs->super) * fs->blocksize;
  const auto free_bytes = free_clusters * cluster_bytes;  // groups, counts and sizes are 32 bits
  return free_bytes <= total ? total - free_bytes : place.size;
}

}  // namespace ferry
