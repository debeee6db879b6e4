// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/subvolumes.hpp"

#include <cstring>
#include <functional>
#include <string_view>

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include "base/snapshot_name.hpp"

namespace ferry {
namespace {

constexpr std::uint32_t searches_max = 4096;  // each tells a few dozen items at least
constexpr std::uint64_t root_folder = BTRFS_FIRST_FREE_OBJECTID;
/// Of a file system, so much has to be free: what is overwritten while a snapshot is there takes
/// room twice.
constexpr std::uint64_t free_share_min = 16;

struct Range {
  std::uint64_t tree = 0;
  std::uint64_t first_object = 0;
  std::uint64_t last_object = 0;
};
using OnItem = std::function<void(const btrfs_ioctl_search_header& head, const char* data)>;

/// Shows all items of a range. False if the kernel doesn't.
bool search(const Fd& fd, const Range& range, const OnItem& on_item) {
  btrfs_ioctl_search_args args{};
  args.key.tree_id = range.tree;
  args.key.min_objectid = range.first_object;
  args.key.max_objectid = range.last_object;
  args.key.max_type = ~std::uint32_t{0};
  args.key.max_offset = ~std::uint64_t{0};
  args.key.max_transid = ~std::uint64_t{0};
  for (std::uint32_t i = 0; i < searches_max; ++i) {
    args.key.nr_items = ~std::uint32_t{0};
    if (::ioctl(fd.get(), BTRFS_IOC_TREE_SEARCH, &args) != 0) return false;
    if (args.key.nr_items == 0) return true;
    btrfs_ioctl_search_header head{};
    std::size_t at = 0;
    for (std::uint32_t n = 0; n < args.key.nr_items; ++n) {
      std::memcpy(&head, args.buf + at, sizeof head);
      on_item(head, args.buf + at + sizeof head);
      at += sizeof head + head.len;
    }
    // From behind the last one.
    args.key.min_objectid = head.objectid;
    args.key.min_type = head.type;
    args.key.min_offset = head.offset + 1;
    if (args.key.min_offset == 0) ++args.key.min_type;
  }
  return false;
}

/// Whether the item is a subvolume's name in the one that holds it, and not that of a snapshot that
/// is gone soon.
bool is_subvolume(const btrfs_ioctl_search_header& head, const char* data) {
  btrfs_root_ref ref{};
  if (head.type != BTRFS_ROOT_REF_KEY) return false;
  if (head.len < sizeof ref) return true;
  return !is_snapshot_name({data + sizeof ref, head.len - sizeof ref});
}

}  // namespace

bool is_only_subvolume(const std::string& folder) {
  const auto fd = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!fd) return false;
  std::uint64_t subvolumes = 0;
  std::uint64_t names_at_top = 0;
  std::uint64_t default_id = BTRFS_FS_TREE_OBJECTID;
  const auto count_subvolume = [&](const btrfs_ioctl_search_header& head, const char* data) {
    if (is_subvolume(head, data)) ++subvolumes;
  };
  const auto count_name = [&](const btrfs_ioctl_search_header& head, const char*) {
    if (head.type == BTRFS_DIR_INDEX_KEY) ++names_at_top;
  };
  const auto note_default = [&](const btrfs_ioctl_search_header& head, const char* data) {
    // A disk's numbers are little-endian, and so is every machine that this runs on.
    if (head.type == BTRFS_DIR_ITEM_KEY && head.len >= sizeof default_id) {
      std::memcpy(&default_id, data, sizeof default_id);
    }
  };
  const Range roots{BTRFS_ROOT_TREE_OBJECTID, BTRFS_FS_TREE_OBJECTID, BTRFS_LAST_FREE_OBJECTID};
  const Range top{BTRFS_FS_TREE_OBJECTID, root_folder, root_folder};
  const Range names{BTRFS_ROOT_TREE_OBJECTID, BTRFS_ROOT_TREE_DIR_OBJECTID,
                    BTRFS_ROOT_TREE_DIR_OBJECTID};
  return search(*fd, roots, count_subvolume) && search(*fd, top, count_name) &&
         search(*fd, names, note_default) && subvolumes == 1 && names_at_top == 1 &&
         default_id == BTRFS_FS_TREE_OBJECTID;
}

std::optional<std::uint64_t> subvolume_number(const Fd& folder) {
  struct statfs filesystem {};
  struct stat status {};
  if (::fstatfs(folder.get(), &filesystem) != 0 || ::fstat(folder.get(), &status) != 0) return {};
  if (filesystem.f_type != BTRFS_SUPER_MAGIC || status.st_ino != root_folder) return {};
  std::uint64_t number = 0;
  static_assert(sizeof filesystem.f_fsid == sizeof number);
  std::memcpy(&number, &filesystem.f_fsid, sizeof number);
  return number;
}

std::string objection_to_snapshot(const Fd& folder) {
  struct statfs filesystem {};
  btrfs_ioctl_ino_lookup_args own{};
  own.objectid = root_folder;
  if (::fstatfs(folder.get(), &filesystem) != 0 ||
      ::ioctl(folder.get(), BTRFS_IOC_INO_LOOKUP, &own) != 0) {
    return "the kernel doesn't tell of the subvolume";
  }
  if (filesystem.f_bavail < filesystem.f_blocks / free_share_min) {
    return "there is little room left on it";
  }
  bool holds_others = false;
  bool has_quotas = false;
  const auto note_other = [&](const btrfs_ioctl_search_header& head, const char* data) {
    holds_others = holds_others || is_subvolume(head, data);
  };
  const auto note_quotas = [&](const btrfs_ioctl_search_header& head, const char*) {
    has_quotas = has_quotas || head.type == BTRFS_ROOT_ITEM_KEY;
  };
  const Range below{BTRFS_ROOT_TREE_OBJECTID, own.treeid, own.treeid};
  const Range quotas{BTRFS_ROOT_TREE_OBJECTID, BTRFS_QUOTA_TREE_OBJECTID,
                     BTRFS_QUOTA_TREE_OBJECTID};
  if (!search(folder, below, note_other) || !search(folder, quotas, note_quotas)) {
    return "the kernel doesn't tell of subvolumes";
  }
  // In a snapshot they are empty folders.
  if (holds_others) return "the subvolume holds others";
  if (has_quotas) return "it has quotas, and of a snapshot a quota group would stay";
  return {};
}

}  // namespace ferry
