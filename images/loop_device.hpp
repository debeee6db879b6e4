// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A range of a file as a block device. The kernel takes the device away with its last user, so
// that a process which is killed leaves none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

class LoopDevice {
 public:
  /// Shows `size` bytes from `offset` of a file or block device, with sectors of 512 or 4096
  /// bytes. Errors: not_root, disk_missing, no_capacity if the kernel gives no loop device.
  [[nodiscard]] static Result<LoopDevice> attach(const std::filesystem::path& file,
                                                 std::uint64_t offset, std::uint64_t size,
                                                 std::uint32_t sector_size);

  /// "/dev/loop3"
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int descriptor() const { return fd_.get(); }
  /// Shows a range of the device as its partition and returns "/dev/loop3p1": many kernels read
  /// no partition tables. One of those numbers that the kernel or an earlier user of the device
  /// has made is kept only if it is that range.
  [[nodiscard]] Result<std::string> add_partition(std::uint32_t number, std::uint64_t offset,
                                                  std::uint64_t size) const;
  /// True while the kernel shows the file by this device, whoever holds it. Once it is let go of,
  /// another program may show another file by the same device.
  [[nodiscard]] bool is_attached() const;
  /// Lets go of it. It ends once nothing is mounted from it any more.
  void release() { fd_.reset(); }

 private:
  LoopDevice(Fd fd, std::string path);

  Fd fd_;
  std::string path_;
  std::string shown_;  // the file, as the kernel names it
};

}  // namespace ferry
