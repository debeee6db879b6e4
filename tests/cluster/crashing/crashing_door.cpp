// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Linked to the product's own objects, this makes programs that die at a crash point and are
// the product in all else. The folder FERRY_CRASH_FOLDER says where:
//
//   visited  gets the name of each point that is passed, one a line
//   armed    "N name": the process that passes this point for the Nth time dies there; it
//            becomes `died` before, so that exactly one process dies, once
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "base/crash_point.hpp"
#include "base/file.hpp"

namespace ferry {
namespace {

constexpr std::size_t armed_bytes_max = 1024;

class CrashingDoor : public CrashPoints {
 public:
  explicit CrashingDoor(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void crash_point(std::string_view name) override {
    note(name);
    if (!is_armed_for(name)) return;
    std::error_code error;
    std::filesystem::rename(folder_ / "armed", folder_ / "died", error);
    if (error) return;  // another thread or process was faster
    (void)sync_folder(folder_);
    (void)::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
  }

 private:
  void note(std::string_view name) const {
    auto line = std::string{name} + "\n";
    const auto fd = open_file(folder_ / "visited", O_WRONLY | O_CREAT | O_APPEND, 0600);
    // One write, so that lines of several processes don't mix.
    if (fd && ::write(fd->get(), line.data(), line.size()) < 0) std::abort();
  }
  /// Counts visits to the point that is armed.
  bool is_armed_for(std::string_view name) {
    const auto text = read_file(folder_ / "armed", armed_bytes_max);
    if (!text) return false;
    const auto space = text->find(' ');
    if (space == std::string::npos || std::string_view{*text}.substr(space + 1) != name) {
      return false;
    }
    int visit = 0;
    std::from_chars(text->data(), text->data() + space, visit);
    return ++visits_ >= visit;
  }

  std::filesystem::path folder_;
  std::atomic<int> visits_{0};
};

/// Never ended: threads may come by until the very last.
CrashingDoor* open_crash_door() {
  const char* folder = std::getenv("FERRY_CRASH_FOLDER");
  if (folder == nullptr) return nullptr;
  auto* door = new CrashingDoor{folder};
  crash_with(door);
  return door;
}

[[maybe_unused]] const auto* const door = open_crash_door();

}  // namespace
}  // namespace ferry
