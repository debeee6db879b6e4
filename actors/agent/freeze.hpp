// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Holds the file systems of a disk still for the last pass, so that the copy is a state they
// really had. A frozen file system outlives whoever froze it, and a frozen writer can't even be
// killed; so a process of its own thaws them when this one dies or takes too long. If that is
// killed, too, the next agent does, by a note that was made before.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "actors/agent/freeze_hooks.hpp"
#include "actors/agent/held_note.hpp"
#include "base/file.hpp"
#include "base/limits.hpp"
#include "disk/source_disk.hpp"

namespace ferry {

struct FreezeOptions {
  std::filesystem::path notes;  // folder for the note of what is held
  std::filesystem::path hooks;  // folder of the administrator's programs; need not exist
  /// What this program writes to meanwhile: their file systems are left out.
  std::vector<std::filesystem::path> written{};
  std::chrono::milliseconds longest = limits::frozen_max;
};

class Freeze {
 public:
  enum class Held {
    partly,    // something was left out, or was thawed before the end: no state that ever was
    all,       // every file system that is mounted from the disk for writing
    prepared,  // the same, and the hooks have told the applications before
  };

  /// Freezes what is mounted from `disk`. Left out, with a line in the log, is what
  /// `options.written` names, where this program's own log is a file, and what can't be frozen.
  [[nodiscard]] static std::unique_ptr<Freeze> hold(const SourceDisk& disk,
                                                    const FreezeOptions& options);
  ~Freeze();
  Freeze(const Freeze&) = delete;
  Freeze& operator=(const Freeze&) = delete;

  /// Lets all go on, and tells what was held from `hold` until now.
  Held release();

 private:
  struct FrozenMount {
    std::string point;
    Fd fd;
  };

  Freeze() = default;
  [[nodiscard]] bool start_guard(std::chrono::milliseconds longest);
  [[nodiscard]] bool end_guard();

  std::optional<HeldNote> note_;
  std::unique_ptr<FreezeHooks> hooks_;
  std::vector<FrozenMount> frozen_;
  bool complete_ = false;
  Fd alive_;  // the guard thaws when its other end says that nobody holds this one
  pid_t guard_ = 0;
};

}  // namespace ferry
