// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Image files as disks of this machine, without a byte of them being changed: what is written
// lands in overlays. Nothing outlives the process. Mounts are in namespaces that end with it, the
// kernel takes the loop devices away with their last user, and the daemon behind them is killed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cloud/image_file.hpp"
#include "fixups/guest_command.hpp"
#include "images/loop_device.hpp"
#include "images/storage_daemon.hpp"
#include "messages/inventory.hpp"

namespace ferry {

struct ImageFile {
  std::filesystem::path file;
  ImageFormat format = ImageFormat::raw;  // told, never guessed
};

/// A partition, a whole disk without a table, or a logical volume.
struct GuestVolume {
  std::string about;               // "partition 2 of system.qcow2", "volume vg/root"
  std::string device;              // of this machine: "/dev/loop0p2"
  std::vector<std::string> names;  // in every system: "/dev/mapper/vg-root", "/dev/vg/root"
  std::uint32_t disk = 0;          // of a partition: index of its disk, and ...
  std::uint32_t number = 0;        // ... its number, 0 without a table
  std::string filesystem;          // as libblkid names it; empty if it holds none
  std::string uuid;
  std::string label;
  std::string partition_uuid;
};

class AttachedDisks {
 public:
  /// Attaches the images, in their order; the first is the disk that boots. `work` is a folder
  /// for the overlays ("disk0.qcow2"), and is empty or not there; removing it is the caller's.
  /// The calling thread moves into mount namespaces of its own and stays there: it alone may use
  /// the disks, and has to end before they are gone for good. Errors: not_root, image_failed (an
  /// image that refers to other files), limit_exceeded, and those of StorageDaemon and LoopDevice.
  [[nodiscard]] static Result<AttachedDisks> attach(const std::vector<ImageFile>& images,
                                                    const std::filesystem::path& work);
  ~AttachedDisks();
  AttachedDisks(AttachedDisks&&) = default;
  AttachedDisks& operator=(AttachedDisks&&) = delete;

  [[nodiscard]] const std::filesystem::path& work() const { return work_; }
  [[nodiscard]] std::size_t count() const { return disk_count_; }
  [[nodiscard]] const std::vector<GuestVolume>& volumes() const { return volumes_; }
  /// What can't be shown, for people.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// "/dev/loop0" of a disk.
  [[nodiscard]] const std::string& device(std::size_t disk) const { return loops_[disk].path(); }
  /// All devices, for programs that run in the guest; of two volumes with one UUID the first
  /// has it.
  [[nodiscard]] std::vector<GuestDevice> guest_devices() const;
  /// The overlay of a disk: its backing file is the image.
  [[nodiscard]] std::filesystem::path overlay(std::size_t disk) const;

  /// Takes the devices away; then the overlays are whole and nobody uses them. Errors:
  /// guest_unusable if something is still mounted, program_failed, program_timeout.
  [[nodiscard]] Result<> detach();

 private:
  AttachedDisks(std::filesystem::path work, std::size_t disk_count)
      : work_(std::move(work)), disk_count_(disk_count) {}
  [[nodiscard]] std::filesystem::path shown(std::size_t disk) const;
  Result<> make_overlays(const std::vector<ImageFile>& images);
  Result<> show(const std::vector<ImageFile>& images);
  Result<> add_disk(std::size_t disk, const std::string& name);
  Result<> add_logical_volumes();
  void unmount_shown();

  std::filesystem::path work_;
  std::size_t disk_count_;
  std::vector<StorageDaemon> daemon_;      // one, or none any more
  std::vector<LoopDevice> loops_;          // of disks
  std::vector<LoopDevice> logical_loops_;  // of logical volumes; gone before those of disks
  std::vector<GuestVolume> volumes_;
  std::vector<std::string> notes_;
};

}  // namespace ferry
