// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "making/made_disk.hpp"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "making/new_filesystem.hpp"

namespace ferry {
namespace {

// Behind the code in the first sector come the disk's id and the table.
constexpr std::uint64_t code_bytes = 440;
constexpr std::uint64_t first_sector_bytes = 512;

}  // namespace

Result<MadeDisk> MadeDisk::open(const std::filesystem::path& file, const Layout& layout,
                                std::uint32_t place) {
  const auto parts = parts_of(layout.disks, layout.source);
  if (!parts) return fail(parts.error());
  if (place >= layout.disks.size()) {
    return fail(Errc::malformed, "the layout has no disk " + std::to_string(place));
  }
  const auto& planned = layout.disks[place];
  const auto source = std::ranges::find(layout.source, planned.index, &DiskInfo::index);
  if (source == layout.source.end()) {
    return fail(Errc::malformed, "the source has no disk " + std::to_string(planned.index));
  }
  MadeDisk disk{file};
  disk.dos_ = planned.table == "dos";
  disk.first_partition_ = planned.size;
  for (const auto& partition : planned.partitions) {
    if (!partition.volume.empty()) continue;
    disk.first_partition_ = std::min(disk.first_partition_, partition.offset);
  }
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const auto& part = (*parts)[i];
    if (part.target_disk != place) continue;
    if (part.kind == PartKind::head) disk.head_bytes_ = part.source_size;
    if (part.kind != PartKind::files) continue;
    if (auto done = disk.add_tree(i, part, source->sector_size); !done) return fail(done.error());
  }
  return disk;
}

Result<> MadeDisk::add_tree(std::size_t index, const Part& part, std::uint32_t sector_size) {
  auto loop = LoopDevice::attach(file_, part.target_offset, part.target_size, sector_size);
  if (!loop) return fail(loop.error());
  const auto& filesystem = part.from.filesystem;
  if (auto done = mend_filesystem(loop->path(), filesystem); !done) return done;
  auto mount = DetachedMount::mount(loop->path(), filesystem, part.from.mount_root);
  if (!mount) return fail(mount.error());
  trees_.push_back({index, filesystem, std::move(*loop), {}});
  trees_.back().mount.push_back(std::move(*mount));
  return {};
}

std::filesystem::path MadeDisk::head_file(const std::filesystem::path& file) {
  auto path = file;
  return path.replace_extension(".head");
}

const DetachedMount* MadeDisk::tree(std::size_t part) const {
  const auto found = std::ranges::find(trees_, part, &Tree::part);
  return found == trees_.end() || found->mount.empty() ? nullptr : &found->mount.front();
}

Result<> MadeDisk::seal() {
  for (auto& tree : trees_) {
    if (tree.mount.empty()) continue;
    if (auto done = tree.mount.front().sync(); !done) return done;
    tree.mount.clear();
    if (auto done = check_filesystem(tree.device.path(), tree.filesystem); !done) return done;
    if (::fsync(tree.device.descriptor()) != 0) {
      return fail(errno_error(Errc::disk_write_failed, "make " + file_.string() + " durable"));
    }
  }
  trees_.clear();
  return put_head();
}

Result<> MadeDisk::put_head() const {
  auto disk = open_file(file_, O_RDWR);
  if (!disk) return fail(disk.error());
  if (head_bytes_ != 0) {
    const auto head = read_file(head_file(file_));
    if (!head) return fail(Errc::disk_missing, "the boot code of " + file_.string() + " is gone");
    const auto bytes = std::min<std::uint64_t>(head_bytes_, head->size());
    if (bytes < first_sector_bytes) {
      return fail(Errc::disk_missing, "the boot code of " + file_.string() + " is not whole");
    }
    if (auto done = write_at(*disk, head->data(), code_bytes, 0); !done) return done;
    const auto end = std::min(bytes, first_partition_);
    if (dos_ && end > first_sector_bytes) {
      const auto count = end - first_sector_bytes;
      if (auto done = write_at(*disk, head->data() + first_sector_bytes, count, first_sector_bytes);
          !done) {
        return done;
      }
    }
  }
  if (::fsync(disk->get()) == 0) return {};
  return fail(errno_error(Errc::disk_write_failed, "make " + file_.string() + " durable"));
}

}  // namespace ferry
