// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// qemu-storage-daemon: shows what is in a qcow2 file as a plain file, by FUSE, so that no nbd
// module is needed. It ends with the thread that has started it.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

class StorageDaemon {
 public:
  struct Disk {
    std::filesystem::path qcow2;  // absolute
    std::filesystem::path shown;  // an empty file, which then has the disk's bytes
  };

  /// Returns once every disk is shown. What the program says goes to the file `log`. Writes are
  /// not flushed to the storage before it ends: for files that are thrown away after a crash.
  /// Errors: program_missing (also without /dev/fuse), program_failed with its words,
  /// program_timeout.
  [[nodiscard]] static Result<StorageDaemon> start(const std::vector<Disk>& disks,
                                                   const std::filesystem::path& log);
  ~StorageDaemon();
  StorageDaemon(StorageDaemon&& other) noexcept;
  StorageDaemon& operator=(StorageDaemon&&) = delete;

  /// Ends it; then every qcow2 file is whole. Errors: program_failed, program_timeout.
  [[nodiscard]] Result<> stop();

 private:
  StorageDaemon(int pid, Fd process) : pid_(pid), process_(std::move(process)) {}
  [[nodiscard]] int wait();

  int pid_;  // 0: it has ended
  Fd process_;
};

}  // namespace ferry
