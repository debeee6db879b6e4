// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/filesystem_facts.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <unistd.h>

#include "base/limits.hpp"
#include "disk/signature.hpp"

namespace ferry {
namespace {

/// A bit of a word in the super block.
struct Feature {
  std::string_view name;
  std::size_t word;  // byte in the super block
  std::uint32_t bit;
};

// Byte offsets of the words with feature bits, from the kernel's declarations of super blocks.
constexpr std::size_t ext_compat = 92;
constexpr std::size_t ext_incompat = 96;
constexpr std::size_t ext_ro_compat = 100;
constexpr std::array ext_features{
    Feature{"has_journal", ext_compat, 0x4},
    Feature{"ext_attr", ext_compat, 0x8},
    Feature{"resize_inode", ext_compat, 0x10},
    Feature{"dir_index", ext_compat, 0x20},
    Feature{"orphan_file", ext_compat, 0x1000},
    Feature{"filetype", ext_incompat, 0x2},
    Feature{"extent", ext_incompat, 0x40},
    Feature{"64bit", ext_incompat, 0x80},
    Feature{"flex_bg", ext_incompat, 0x200},
    Feature{"ea_inode", ext_incompat, 0x400},
    Feature{"metadata_csum_seed", ext_incompat, 0x2000},
    Feature{"large_dir", ext_incompat, 0x4000},
    Feature{"inline_data", ext_incompat, 0x8000},
    Feature{"sparse_super", ext_ro_compat, 0x1},
    Feature{"large_file", ext_ro_compat, 0x2},
    Feature{"huge_file", ext_ro_compat, 0x8},
    Feature{"uninit_bg", ext_ro_compat, 0x10},
    Feature{"dir_nlink", ext_ro_compat, 0x20},
    Feature{"extra_isize", ext_ro_compat, 0x40},
    Feature{"metadata_csum", ext_ro_compat, 0x400},
};

constexpr std::uint32_t reserved_permille_usual = 50;

constexpr std::size_t xfs_version = 100;
constexpr std::size_t xfs_features2 = 200;
constexpr std::size_t xfs_ro_compat = 212;
constexpr std::size_t xfs_incompat = 216;
constexpr std::uint16_t xfs_version_mask = 0xf;
constexpr std::array xfs_features{
    Feature{"lazy-count", xfs_features2, 0x2},   Feature{"attr2", xfs_features2, 0x8},
    Feature{"projid32bit", xfs_features2, 0x80}, Feature{"crc", xfs_features2, 0x100},
    Feature{"ftype", xfs_features2, 0x200},      Feature{"finobt", xfs_ro_compat, 0x1},
    Feature{"rmapbt", xfs_ro_compat, 0x2},       Feature{"reflink", xfs_ro_compat, 0x4},
    Feature{"inobtcount", xfs_ro_compat, 0x8},   Feature{"sparse", xfs_incompat, 0x2},
    Feature{"bigtime", xfs_incompat, 0x8},       Feature{"nrext64", xfs_incompat, 0x20},
};
constexpr std::uint32_t xfs_incompat_ftype = 0x1;

constexpr std::uint64_t btrfs_super = 64 * limits::kib;
constexpr std::size_t btrfs_ro_compat = 180;
constexpr std::size_t btrfs_incompat = 188;
constexpr std::size_t btrfs_checksum = 196;
constexpr std::array btrfs_features{
    Feature{"mixed-bg", btrfs_incompat, 0x4},          Feature{"extref", btrfs_incompat, 0x40},
    Feature{"skinny-metadata", btrfs_incompat, 0x100}, Feature{"no-holes", btrfs_incompat, 0x200},
    Feature{"free-space-tree", btrfs_ro_compat, 0x1},
};
/// Told as features, by the number in the super block.
constexpr std::array<std::string_view, 4> btrfs_checksums{"crc32c", "xxhash", "sha256", "blake2"};

template <std::size_t Bytes>
class SuperBlock {
 public:
  bool read(int fd, std::uint64_t at) {
    return ::pread(fd, bytes_.data(), Bytes, static_cast<off_t>(at)) == static_cast<ssize_t>(Bytes);
  }
  [[nodiscard]] std::uint32_t little(std::size_t at, std::size_t width) const {
    std::uint32_t value = 0;
    for (std::size_t i = width; i-- > 0;) value = value << 8 | bytes_[at + i];
    return value;
  }
  [[nodiscard]] std::uint32_t big(std::size_t at, std::size_t width) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes_[at + i];
    return value;
  }

 private:
  std::array<std::uint8_t, Bytes> bytes_{};
};

tl::unexpected<Error> bad(const std::string& filesystem, std::uint64_t offset) {
  return fail(Errc::inventory_failed, filesystem + " file system at byte " +
                                          std::to_string(offset) +
                                          ": its super block is not plausible");
}

bool is_size(std::uint32_t bytes, std::uint32_t least, std::uint32_t most) {
  return bytes >= least && bytes <= most && (bytes & (bytes - 1)) == 0;
}

template <class Features, class WordAt>
void tell(const Features& features, WordAt word_at, FilesystemFacts& facts) {
  for (const auto& feature : features) {
    if ((word_at(feature.word) & feature.bit) != 0) facts.features.emplace_back(feature.name);
  }
}

Result<FilesystemFacts> ext_facts(int fd, std::uint64_t offset, const std::string& filesystem) {
  SuperBlock<1024> super;
  if (!super.read(fd, offset + 1024) || super.little(24, 4) > 6) return bad(filesystem, offset);
  FilesystemFacts facts;
  facts.block_bytes = 1024U << super.little(24, 4);
  // The first revision had no such field.
  facts.inode_bytes = super.little(76, 4) == 0 ? 128 : super.little(88, 2);
  facts.inodes = super.little(0, 4);
  const auto unused = super.little(16, 4);
  const auto blocks = super.little(4, 4);
  const auto reserved = super.little(8, 4);
  if (!is_size(facts.inode_bytes, 128, facts.block_bytes) || unused > facts.inodes) {
    return bad(filesystem, offset);
  }
  facts.inodes_used = facts.inodes - unused;
  // Both counts have upper halves elsewhere, which a share does not need.
  const bool wide = (super.little(ext_incompat, 4) & 0x80) != 0 && super.little(336, 4) != 0;
  if (wide || blocks == 0) {
    facts.reserved_permille = reserved_permille_usual;
  } else {
    const auto share = (std::uint64_t{reserved} * 1000 + blocks / 2) / blocks;
    facts.reserved_permille = static_cast<std::uint32_t>(share);
  }
  tell(
      ext_features, [&](std::size_t at) { return super.little(at, 4); }, facts);
  return facts;
}

Result<FilesystemFacts> xfs_facts(int fd, std::uint64_t offset) {
  SuperBlock<512> super;
  if (!super.read(fd, offset)) return bad("xfs", offset);
  FilesystemFacts facts;
  facts.block_bytes = super.big(4, 4);
  facts.inode_bytes = super.big(104, 2);
  const bool newest = (super.big(xfs_version, 2) & xfs_version_mask) == 5;
  if (!is_size(facts.block_bytes, 512, 65536) || !is_size(facts.inode_bytes, 256, 2048)) {
    return bad("xfs", offset);
  }
  // The words behind 200 say something from version 5 on; before, no super block needs them.
  const auto word_at = [&](std::size_t at) {
    return at > xfs_features2 && !newest ? 0 : super.big(at, 4);
  };
  tell(xfs_features, word_at, facts);
  const auto has = [&](std::string_view name) {
    return std::ranges::find(facts.features, name) != facts.features.end();
  };
  if (newest && !has("crc")) facts.features.emplace_back("crc");
  if (newest && !has("ftype") && (super.big(xfs_incompat, 4) & xfs_incompat_ftype) != 0) {
    facts.features.emplace_back("ftype");
  }
  return facts;
}

Result<FilesystemFacts> btrfs_facts(int fd, std::uint64_t offset) {
  SuperBlock<512> super;
  if (!super.read(fd, offset + btrfs_super)) return bad("btrfs", offset);
  FilesystemFacts facts;
  facts.block_bytes = super.little(144, 4);
  facts.inode_bytes = super.little(148, 4);
  const auto checksum = super.little(btrfs_checksum, 2);
  if (!is_size(facts.block_bytes, 4096, 65536) || !is_size(facts.inode_bytes, 4096, 65536) ||
      checksum >= btrfs_checksums.size()) {
    return bad("btrfs", offset);
  }
  tell(
      btrfs_features, [&](std::size_t at) { return super.little(at, 4); }, facts);
  facts.features.emplace_back(btrfs_checksums[checksum]);
  return facts;
}

template <class Features>
std::vector<std::string_view> names_of(const Features& features) {
  std::vector<std::string_view> names;
  for (const auto& feature : features) names.push_back(feature.name);
  return names;
}

}  // namespace

Result<FilesystemFacts> read_filesystem_facts(int fd, std::uint64_t offset, std::uint64_t size,
                                              const std::string& filesystem) {
  if (size < btrfs_super + limits::kib) return FilesystemFacts{};
  if (is_ext(filesystem)) return ext_facts(fd, offset, filesystem);
  if (filesystem == "xfs") return xfs_facts(fd, offset);
  if (filesystem == "btrfs") return btrfs_facts(fd, offset);
  return FilesystemFacts{};
}

std::vector<std::string_view> known_features(const std::string& filesystem) {
  if (is_ext(filesystem)) return names_of(ext_features);
  if (filesystem == "xfs") return names_of(xfs_features);
  if (filesystem != "btrfs") return {};
  auto names = names_of(btrfs_features);
  names.insert(names.end(), btrfs_checksums.begin(), btrfs_checksums.end());
  return names;
}

}  // namespace ferry
