// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/subvolumes.hpp"

#include <cstring>
#include <functional>

#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <sys/ioctl.h>

#include "base/file.hpp"

namespace ferry {
namespace {

constexpr std::uint32_t searches_max = 4096;  // each tells a few dozen items at least
constexpr std::uint64_t root_folder = BTRFS_FIRST_FREE_OBJECTID;

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

}  // namespace

bool is_only_subvolume(const std::string& folder) {
  const auto fd = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!fd) return false;
  std::uint64_t subvolumes = 0;
  std::uint64_t names_at_top = 0;
  std::uint64_t default_id = BTRFS_FS_TREE_OBJECTID;
  const auto count_subvolume = [&](const btrfs_ioctl_search_header& head, const char*) {
    if (head.type == BTRFS_ROOT_REF_KEY) ++subvolumes;
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

}  // namespace ferry
