// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The bitmaps are read group by group instead of by ext2fs_read_block_bitmap:
// that needs memory by the size of the file system (a bit or a tree node for each
// block), takes a group whose bitmap lies past the end for a free one, and does
// not compare the free counts.
#include "disk/ext_map.hpp"

#include <algorithm>

namespace ferry {
namespace {

constexpr std::size_t notes_max = 16;

class GroupWalker {
 public:
  GroupWalker(const ExtPlace& place, ext2_filsys fs) : place_(place), fs_(fs) {
    bitmap_.resize(fs->blocksize);
  }

  Result<> check_state(const ExtUse& use) {
    auto* super = fs_->super;
    if ((super->s_state & EXT2_ERROR_FS) != 0) return bad("it is marked as having errors");
    if (use.mounted_writable) return {};
    if (ext2fs_has_feature_journal_needs_recovery(super)) {
      return bad("its journal was not replayed, so its bitmaps are old");
    }
    if ((super->s_state & EXT2_VALID_FS) == 0) return bad("it was not unmounted cleanly");
    return {};
  }

  Result<> check_geometry() {
    const auto per_group = std::uint64_t{fs_->super->s_clusters_per_group};
    const auto blocks_per_group = std::uint64_t{fs_->super->s_blocks_per_group};
    ratio_bits_ = ext2fs_has_feature_bigalloc(fs_->super) ? fs_->cluster_ratio_bits : 0;
    if (ratio_bits_ < 0 || ratio_bits_ > 20) return bad("bad cluster size");
    clusters_ = ratio_bits_ == 0 ? blocks_per_group : per_group;
    if (clusters_ == 0 || clusters_ > std::uint64_t{fs_->blocksize} * 8 ||
        clusters_ << ratio_bits_ != blocks_per_group) {
      return bad("bad group size");
    }
    if (ratio_bits_ > 0 && fs_->super->s_first_data_block != 0) return bad("bad first block");
    return {};
  }

  /// Fills free_ with a byte for each cluster of the group: 1 is free.
  Result<> read_group(dgrp_t group) {
    if (ext2fs_group_desc_csum_verify(fs_, group) == 0) {
      return bad("wrong checksum of group descriptor " + std::to_string(group));
    }
    if (!in_range(ext2fs_block_bitmap_loc(fs_, group), 1) ||
        !in_range(ext2fs_inode_bitmap_loc(fs_, group), 1) ||
        !in_range(ext2fs_inode_table_loc(fs_, group), fs_->inode_blocks_per_group)) {
      return bad("group " + std::to_string(group) + " has its metadata outside of it");
    }
    first_ = ext2fs_group_first_block2(fs_, group);
    const auto blocks = ext2fs_group_last_block2(fs_, group) - first_ + 1;
    free_.assign(static_cast<std::size_t>(((blocks - 1) >> ratio_bits_) + 1), 1);
    if (ext2fs_has_group_desc_csum(fs_) != 0 &&
        ext2fs_bg_flags_test(fs_, group, EXT2_BG_BLOCK_UNINIT) != 0) {
      mark_metadata(group);
      return {};
    }
    return read_bitmap(group);
  }

  [[nodiscard]] std::uint64_t free_count() const {
    return static_cast<std::uint64_t>(std::ranges::count(free_, 1));
  }

  template <class OnFree>
  void report(const OnFree& on_free) const {
    const auto cluster_blocks = std::uint64_t{1} << ratio_bits_;
    const auto end_of_all = ext2fs_blocks_count(fs_->super);
    for (auto from = free_.begin();;) {
      from = std::find(from, free_.end(), 1);
      if (from == free_.end()) return;
      const auto to = std::find(from, free_.end(), 0);
      const auto skipped = static_cast<std::uint64_t>(from - free_.begin());
      const auto start = first_ + skipped * cluster_blocks;
      const auto length = static_cast<std::uint64_t>(to - from) * cluster_blocks;
      const auto end = std::min(start + length, end_of_all);
      on_free(start * fs_->blocksize, (end - start) * fs_->blocksize);
      from = to;
    }
  }

  [[nodiscard]] Error error(const std::string& reason) const {
    return {Errc::inventory_failed,
            "ext file system at byte " + std::to_string(place_.offset) + " of " + place_.path +
                ": " + reason,
            {}};
  }
  [[nodiscard]] tl::unexpected<Error> bad(const std::string& reason) const {
    return fail(error(reason));
  }

 private:
  [[nodiscard]] bool in_range(blk64_t block, std::uint64_t count) const {
    const auto end = ext2fs_blocks_count(fs_->super);
    return block >= fs_->super->s_first_data_block && block < end && count <= end - block;
  }

  void mark(blk64_t block, std::uint64_t count) {
    for (auto b = std::max(block, first_); b < block + count; ++b) {
      const auto index = static_cast<std::size_t>((b - first_) >> ratio_bits_);
      if (index >= free_.size()) return;
      free_[index] = 0;
    }
  }

  /// A group whose bitmap was never written holds nothing but file system
  /// metadata, at places that follow from the super block and the descriptor.
  void mark_metadata(dgrp_t group) {
    blk64_t super = 0;
    blk64_t old_descriptors = 0;
    blk64_t new_descriptors = 0;
    blk_t used = 0;
    ext2fs_super_and_bgd_loc2(fs_, group, &super, &old_descriptors, &new_descriptors, &used);
    const auto old_count =
        ext2fs_has_feature_meta_bg(fs_->super)
            ? std::uint64_t{fs_->super->s_first_meta_bg}
            : fs_->desc_blocks + std::uint64_t{fs_->super->s_reserved_gdt_blocks};
    if (super != 0 || group == 0) mark(super, 1);
    if (old_descriptors != 0) mark(old_descriptors, std::min<std::uint64_t>(old_count, 1 << 20));
    if (new_descriptors != 0) mark(new_descriptors, 1);
    mark(ext2fs_block_bitmap_loc(fs_, group), 1);
    mark(ext2fs_inode_bitmap_loc(fs_, group), 1);
    mark(ext2fs_inode_table_loc(fs_, group), fs_->inode_blocks_per_group);
  }

  Result<> read_bitmap(dgrp_t group) {
    const auto code =
        io_channel_read_blk64(fs_->io, ext2fs_block_bitmap_loc(fs_, group), 1, bitmap_.data());
    if (code != 0) {
      return bad("read of block bitmap " + std::to_string(group) + ": " + ext_error_text(code));
    }
    const auto checked_bytes = static_cast<int>(clusters_ / 8);
    if (ext2fs_block_bitmap_csum_verify(fs_, group, bitmap_.data(), checked_bytes) == 0) {
      return bad("wrong checksum of block bitmap " + std::to_string(group));
    }
    for (std::size_t i = 0; i < free_.size(); ++i) {
      free_[i] = static_cast<char>((static_cast<unsigned char>(bitmap_[i / 8]) >> (i % 8) & 1) ^ 1);
    }
    return {};
  }

  const ExtPlace& place_;
  ext2_filsys fs_;
  int ratio_bits_ = 0;
  std::uint64_t clusters_ = 0;  // of a full group
  blk64_t first_ = 0;           // of the group read last
  std::vector<char> bitmap_;
  std::vector<char> free_;
};

}  // namespace

Result<> walk_ext_free(const ExtPlace& place, const ExtUse& use,
                       const std::function<void(std::uint64_t, std::uint64_t)>& on_free,
                       std::vector<std::string>* notes) {
  const auto volume = open_ext(place);
  if (!volume) return fail(volume.error());
  auto* fs = volume->get();
  GroupWalker walker{place, fs};
  if (auto ok = walker.check_state(use); !ok) return ok;
  if (auto ok = walker.check_geometry(); !ok) return ok;
  std::size_t mismatches = 0;
  for (dgrp_t group = 0; group < fs->group_desc_count; ++group) {
    if (auto ok = walker.read_group(group); !ok) return ok;
    const auto told = ext2fs_bg_free_blocks_count(fs, group);
    if (const auto seen = walker.free_count(); seen != told) {
      if (++mismatches <= notes_max) {
        notes->push_back(walker
                             .error("group " + std::to_string(group) + " says " +
                                    std::to_string(told) + " free blocks, its bitmap " +
                                    std::to_string(seen) + "; the group is copied whole")
                             .what);
      }
      continue;
    }
    walker.report(on_free);
  }
  return {};
}

}  // namespace ferry
