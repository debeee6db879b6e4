// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A file system that is mounted in no namespace: only who holds the descriptor reaches it. The
// kernel unmounts it with its last descriptor, so that a process which is killed leaves nothing.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

class DetachedMount {
 public:
  /// Mounts a block device with ext2, ext3, ext4, xfs or btrfs on it, to be filled with files of
  /// whatever kind: devices and programs in it are dead here. `subvolume` of btrfs: "/@rootfs";
  /// empty for all of it. Errors: not_root, disk_write_failed with the kernel's words.
  [[nodiscard]] static Result<DetachedMount> mount(const std::string& device,
                                                   const std::string& filesystem,
                                                   const std::string& subvolume);

  /// Its root directory; its path by which this process opens it: "/proc/self/fd/7".
  [[nodiscard]] int root() const { return fd_.get(); }
  [[nodiscard]] std::filesystem::path path() const;
  /// Makes all that was written durable.
  [[nodiscard]] Result<> sync() const;

 private:
  explicit DetachedMount(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace ferry
