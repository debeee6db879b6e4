// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A read-only snapshot of a mounted btrfs subvolume, for the last pass over its files and their
// proof: however long these take, applications wait for no longer than it takes to be made. It
// lies in the subvolume itself, and goes with its owner, or with the next agent, by a note that was
// made before.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "actors/agent/held_note.hpp"
#include "base/file.hpp"

namespace ferry {

class Snapshot {
 public:
  /// Makes one of what is mounted at `root`, while the hooks in folder `hooks` keep applications at
  /// rest. Returns nothing if no subvolume of a btrfs is mounted there; and, with a line in the
  /// log, if it can't be made, or would lack what the subvolume holds.
  /// `notes` is the folder for its note.
  [[nodiscard]] static std::unique_ptr<Snapshot> take(const std::string& root,
                                                      const std::filesystem::path& notes,
                                                      const std::filesystem::path& hooks);
  /// Removes it.
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// A path to it, good for this process and while this object lives, whatever becomes of names.
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }
  /// Its directories on which something was mounted when it was made, by their paths in it.
  [[nodiscard]] const std::set<std::string>& mount_points() const { return mount_points_; }
  /// True if there were hooks, and all have succeeded.
  [[nodiscard]] bool prepared() const { return prepared_; }
  /// How long making it took, and how long a sync took just before, which does the same work.
  [[nodiscard]] std::chrono::milliseconds pause() const { return pause_; }
  [[nodiscard]] std::chrono::milliseconds pause_expected() const { return pause_expected_; }

  /// Removes what an agent that was killed has left. Returns whether it is known to be gone; not if
  /// its subvolume isn't mounted.
  [[nodiscard]] static bool remove_left(const SnapshotPlace& left);

 private:
  Snapshot(Fd origin, SnapshotPlace place, HeldNote note)
      : origin_(std::move(origin)), place_(std::move(place)), note_(std::move(note)) {}
  // These return why not; empty if they have done it.
  [[nodiscard]] std::string make(const std::filesystem::path& hooks);
  [[nodiscard]] std::string create();
  [[nodiscard]] std::string open();

  Fd origin_;  // the subvolume
  SnapshotPlace place_;
  HeldNote note_;
  bool noted_ = false;
  Fd fd_;
  std::set<std::string> mount_points_;
  bool prepared_ = false;
  std::chrono::milliseconds pause_{};
  std::chrono::milliseconds pause_expected_{};
};

}  // namespace ferry
