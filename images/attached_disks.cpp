// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/attached_disks.hpp"

#include <cerrno>
#include <set>

#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "base/mount_namespace.hpp"
#include "cloud/image_overlay.hpp"
#include "disk/partitions.hpp"
#include "disk/signature.hpp"
#include "images/logical_volumes.hpp"

namespace ferry {
namespace fs = std::filesystem;

Result<AttachedDisks> AttachedDisks::attach(const std::vector<ImageFile>& images,
                                            const fs::path& work) {
  if (images.empty() || images.size() > limits::guest_disks_max) {
    return fail(Errc::limit_exceeded, std::to_string(images.size()) + " disks; a guest has 1 to " +
                                          std::to_string(limits::guest_disks_max));
  }
  if (::geteuid() != 0) return fail(Errc::not_root, "attaching images needs root");
  AttachedDisks attached{fs::absolute(work), images.size()};
  if (auto made = make_folder(work); !made) return fail(made.error());
  if (auto made = attached.make_overlays(images); !made) return fail(made.error());
  if (auto done = attached.show(images); !done) return fail(done.error());
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (auto added = attached.add_disk(i, images[i].file.filename()); !added) {
      return fail(added.error());
    }
  }
  if (auto added = attached.add_logical_volumes(); !added) return fail(added.error());
  return attached;
}

AttachedDisks::~AttachedDisks() {
  // A daemon that has not been stopped is killed; what is still mounted then fails, and goes.
  logical_loops_.clear();
  loops_.clear();
  if (!daemon_.empty()) unmount_shown();
}

fs::path AttachedDisks::overlay(std::size_t disk) const {
  return work_ / ("disk" + std::to_string(disk) + ".qcow2");
}

fs::path AttachedDisks::shown(std::size_t disk) const {
  return work_ / ("disk" + std::to_string(disk));
}

Result<> AttachedDisks::make_overlays(const std::vector<ImageFile>& images) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (auto made = make_overlay(images[i].file, images[i].format, overlay(i)); !made) return made;
    auto file = open_file(shown(i), O_WRONLY | O_CREAT | O_EXCL);
    if (!file) return fail(file.error());
  }
  return {};
}

/// Two namespaces, one in the other. The daemon stays in the outer one: if it were the last in
/// that of the guest's mounts, then a killed daemon would wait in its own end for what it can't
/// write any more. This thread, killed, unmounts the guest while the daemon is still there.
Result<> AttachedDisks::show(const std::vector<ImageFile>& images) {
  if (auto entered = enter_mount_namespace(); !entered) return entered;
  std::vector<StorageDaemon::Disk> disks;
  for (std::size_t i = 0; i < images.size(); ++i) disks.push_back({overlay(i), shown(i)});
  auto daemon = StorageDaemon::start(disks, work_ / "daemon.log");
  if (!daemon) return fail(daemon.error());
  daemon_.push_back(std::move(*daemon));
  return enter_mount_namespace();
}

Result<> AttachedDisks::add_disk(std::size_t disk, const std::string& name) {
  const auto source = SourceDisk::open(shown(disk));
  if (!source) return fail(source.error());
  const auto info = describe_disk(*source);
  if (!info) return fail(info.error());
  auto loop = LoopDevice::attach(shown(disk), 0, info->size, info->sector_size);
  if (!loop) return fail(loop.error());
  if (volumes_.size() + info->partitions.size() > limits::guest_volumes_max) {
    return fail(Errc::limit_exceeded, name + " and the disks before it have more than " +
                                          std::to_string(limits::guest_volumes_max) +
                                          " partitions");
  }
  for (const auto& partition : info->partitions) {
    GuestVolume volume;
    volume.about = name;
    volume.device = loop->path();
    volume.disk = static_cast<std::uint32_t>(disk);
    if (partition.number != 0) {
      auto device = loop->add_partition(partition.number, partition.offset, partition.size);
      if (!device) return fail(device.error());
      volume.device = std::move(*device);
      volume.about = "partition " + std::to_string(partition.number) + " of " + name;
    }
    volume.number = partition.number;
    volume.filesystem = partition.filesystem;
    volume.uuid = partition.filesystem_uuid;
    volume.label = partition.label;
    volume.partition_uuid = partition.uuid;
    volumes_.push_back(std::move(volume));
  }
  loops_.push_back(std::move(*loop));
  return {};
}

Result<> AttachedDisks::add_logical_volumes() {
  std::vector<std::string> physical;
  for (const auto& volume : volumes_) {
    if (volume.filesystem == "LVM2_member") physical.push_back(volume.device);
  }
  if (physical.empty()) return {};
  auto found = logical_volumes(physical);
  if (!found) return fail(found.error());
  notes_ = std::move(found->notes);
  for (const auto& logical : found->volumes) {
    auto loop = LoopDevice::attach(logical.device, logical.offset, logical.size, 512);
    if (!loop) return fail(loop.error());
    const auto signature = probe_signature(loop->descriptor(), 0, logical.size);
    if (!signature) return fail(signature.error());
    volumes_.push_back({.about = "volume " + logical.group + "/" + logical.name,
                        .device = loop->path(),
                        .names = device_names(logical),
                        .filesystem = signature->type,
                        .uuid = signature->uuid,
                        .label = signature->label,
                        .partition_uuid = {}});
    logical_loops_.push_back(std::move(*loop));
  }
  return {};
}

std::vector<GuestDevice> AttachedDisks::guest_devices() const {
  std::vector<GuestDevice> devices;
  for (const auto& loop : loops_) devices.push_back({loop.path(), {}});
  std::set<std::string> seen;
  for (const auto& volume : volumes_) {
    const auto uuid = seen.insert(volume.uuid).second ? volume.uuid : std::string{};
    if (volume.number != 0 || !volume.names.empty()) {
      devices.push_back({volume.device, uuid});
    } else {
      devices[volume.disk].uuid = uuid;
    }
  }
  return devices;
}

void AttachedDisks::unmount_shown() {
  for (std::size_t i = 0; i < disk_count_; ++i) (void)::umount2(shown(i).c_str(), MNT_DETACH);
}

Result<> AttachedDisks::detach() {
  // Closing a device writes what the kernel still holds of it.
  for (auto* loops : {&logical_loops_, &loops_}) {
    for (auto& loop : *loops) {
      loop.release();
      constexpr int looks_max = 100;
      for (int look = 0; loop.is_attached(); ++look) {
        if (look == looks_max) {
          return fail(Errc::guest_unusable, loop.path() + " is still in use");
        }
        ::poll(nullptr, 0, 20);
      }
    }
  }
  loops_.clear();
  logical_loops_.clear();
  volumes_.clear();
  unmount_shown();
  auto stopped = daemon_.front().stop();
  daemon_.clear();
  return stopped;
}

}  // namespace ferry
