// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One writer at a time in a folder that several processes share. The kernel drops
// the lock with the process, so a killed holder never blocks the next one.
#pragma once

#include <filesystem>
#include <stop_token>

#include "base/error.hpp"
#include "base/file.hpp"

namespace ferry {

class FolderLock {
 public:
  /// Waits for the lock file `folder/.lock`; a stop request ends the wait as canceled.
  [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder,
                                               const std::stop_token& stop = {});

 private:
  explicit FolderLock(Fd fd) : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace ferry
