// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "making/disk_maker.hpp"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "images/loop_device.hpp"
#include "layout/parts.hpp"
#include "layout/pieces.hpp"
#include "making/new_filesystem.hpp"
#include "making/partition_table.hpp"
#include "making/volume_group.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

class DiskMaker {
 public:
  DiskMaker(fs::path file, const PlannedDisk& disk, const DiskInfo& source)
      : file_(std::move(file)), disk_(disk), source_(source) {}

  Result<> make() {
    auto fd = open_file(file_, O_RDWR | O_CREAT | O_TRUNC);
    if (!fd) return fail(fd.error());
    if (::ftruncate(fd->get(), static_cast<off_t>(disk_.size)) != 0) {
      return fail(errno_error(Errc::disk_full, "size of " + file_.string()));
    }
    if (auto done = write_partition_table(file_, disk_, source_); !done) return done;
    crash_point("making: a disk has its table and no file system");
    std::uint64_t volumes_at = 0;
    for (const auto& partition : disk_.partitions) {
      if (partition.method == "lvm") volumes_at = partition.offset + lvm_header_bytes;
      const auto at = partition.offset + (partition.volume.empty() ? 0 : volumes_at);
      if (auto done = fill(partition, at); !done) return done;
    }
    crash_point("making: a disk has its file systems, not named yet");
    if (::fsync(fd->get()) == 0) return {};
    return fail(errno_error(Errc::disk_write_failed, "make " + file_.string() + " durable"));
  }

 private:
  Result<> fill(const PlannedPartition& partition, std::uint64_t at) {
    if (partition.method == "block") return {};
    const auto loop = LoopDevice::attach(file_, at, partition.size, source_.sector_size);
    if (!loop) return fail(loop.error());
    auto made = partition.method == "lvm" ? make_volume_group(loop->path(), disk_)
                                          : make_filesystem(loop->path(), partition);
    if (!made) return made;
    if (::fsync(loop->descriptor()) == 0) return {};
    return fail(errno_error(Errc::disk_write_failed, "make " + loop->path() + " durable"));
  }

  fs::path file_;
  const PlannedDisk& disk_;
  const DiskInfo& source_;
};

fs::path beside(fs::path file, const char* extension) { return file.replace_extension(extension); }

/// Whether a disk that is there is the one that is asked for.
Result<> check_made(const fs::path& file, const std::string& plan) {
  const auto kept = read_file(beside(file, ".made"));
  if (kept && *kept == plan) return {};
  return fail(Errc::transfer_refused, file.string() + " was not made from this plan");
}

}  // namespace

Result<> make_disk(const fs::path& file, const Layout& layout, std::uint32_t place,
                   bool must_exist) {
  if (auto parts = parts_of(layout.disks, layout.source); !parts) return fail(parts.error());
  if (place >= layout.disks.size() || layout.disks[place].whole) {
    return fail(Errc::malformed, "disk " + std::to_string(place) + " is not one to be made");
  }
  const auto& disk = layout.disks[place];
  const auto source = std::ranges::find(layout.source, disk.index, &DiskInfo::index);
  if (source == layout.source.end()) {
    return fail(Errc::malformed, "the source has no disk " + std::to_string(disk.index));
  }
  const auto plan = to_msgpack(disk);
  if (fs::exists(file)) return check_made(file, plan);
  if (must_exist) return fail(Errc::instance_gone, file.string() + " is gone");
  const auto unfinished = beside(file, ".making");
  if (auto made = DiskMaker{unfinished, disk, *source}.make(); !made) return made;
  // The plan first: a disk without one would be nobody's.
  if (auto kept = write_file_durably(beside(file, ".made"), plan); !kept) return kept;
  std::error_code error;
  fs::rename(unfinished, file, error);
  if (error) {
    return fail(Errc::disk_write_failed, "rename " + unfinished.string() + ": " + error.message());
  }
  crash_point("making: a disk has its name, not durably");
  return sync_folder(file.parent_path());
}

}  // namespace ferry
