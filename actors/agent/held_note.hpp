// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What an agent holds of its server for a last pass. It is noted durably before it is done, so
// that the next agent can undo what one that was killed has left.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace ferry {

/// Finds a snapshot wherever its subvolume is mounted.
struct SnapshotPlace {
  std::uint64_t subvolume = 0;  // its subvolume_number (disk/subvolumes.hpp)
  std::string name = {};        // in it
};

struct Holdings {
  std::vector<std::string> mounts = {};           // mount points of what is frozen
  std::vector<std::filesystem::path> hooks = {};  // programs that are called with `freeze`
  std::optional<SnapshotPlace> snapshot = {};
};

class HeldNote {
 public:
  /// Of a name of its own in the folder.
  explicit HeldNote(const std::filesystem::path& folder);

  /// In place of what the note has said before.
  [[nodiscard]] Result<> write(const Holdings& held) const;
  void remove() const;

  /// Undoes what the notes in the folder name: calls hooks with `thaw`, thaws file systems and
  /// removes snapshots. The note of a snapshot whose subvolume isn't mounted stays for the next
  /// time. For the start of the agent, before it holds anything itself.
  static void undo_all(const std::filesystem::path& folder);

 private:
  std::filesystem::path file_;
};

}  // namespace ferry
