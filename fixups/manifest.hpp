// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What was done to a guest, kept in the guest beside the files' originals: it is written before
// the first file is changed, and undo goes by it alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "fixups/guest_root.hpp"

namespace ferry {

struct ManifestEntry {
  std::string file;
  std::string before;              // state_of what the guest had
  std::vector<std::string> after;  // states that were meant for it, the newest last
  unsigned mode = 0;               // of what the guest had
  std::string owner = "0:0";
  std::string reason;
};

struct Manifest {
  std::vector<std::string> folders;  // made for the files, the outer ones first
  std::vector<ManifestEntry> entries;

  [[nodiscard]] ManifestEntry* find(std::string_view file);
  /// Where the original of an entry lies.
  [[nodiscard]] static std::string original(const ManifestEntry& entry);

  [[nodiscard]] std::string to_text() const;
  /// Errors: guest_unusable, with the line.
  [[nodiscard]] static Result<Manifest> parse(std::string_view text);

  /// An empty one if the guest has none.
  [[nodiscard]] static Result<Manifest> read(const GuestRoot& root);
  [[nodiscard]] Result<> write(const GuestRoot& root) const;
};

/// Folders and file of the guest.
inline constexpr std::string_view fixups_folder = "/var/lib/edgeferry/fixups";
inline constexpr std::string_view originals_folder = "/var/lib/edgeferry/fixups/originals";
inline constexpr std::string_view manifest_file = "/var/lib/edgeferry/fixups/manifest";

}  // namespace ferry
