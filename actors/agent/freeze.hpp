// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Holds the file systems of a disk still for the last pass, so that the copy is a
// state they really had. They are thawed after a bounded time, because a frozen writer
// can't even be killed; if this process is, by the one that is started in its place.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "disk/source_disk.hpp"

namespace ferry {

class Freeze {
 public:
  /// Freezes what is mounted from `disk`, for at most 30 seconds. Left out, with a line
  /// in the log: "/" and the file system of `own_folder`, since this program itself
  /// must go on; and those that don't support it.
  [[nodiscard]] static std::unique_ptr<Freeze> hold(const SourceDisk& disk,
                                                    const std::filesystem::path& own_folder);
  ~Freeze();
  /// Thaws what an agent that was killed has left frozen. For the start of the agent, with the
  /// `own_folder` of that one: nobody else does it, and writers wait for ever.
  static void thaw_left(const std::filesystem::path& own_folder);
  Freeze(const Freeze&) = delete;
  Freeze& operator=(const Freeze&) = delete;

 private:
  Freeze() = default;
  void thaw();

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::filesystem::path note_;  // of the mount points, for a successor
  std::vector<std::pair<std::string, Fd>> frozen_;
  std::jthread watchdog_;
};

}  // namespace ferry
