// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds what of a listed tree is otherwise at the target, and changes nothing: the proof of a
// copy. Data is read from the target's disk and compared by its digest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "files/file_digest.hpp"
#include "files/file_entry.hpp"
#include "files/file_metadata.hpp"
#include "files/tree_root.hpp"
#include "files/unheld_files.hpp"

namespace ferry::files {

/// One thread at a time.
class TreeComparer {
 public:
  /// Makes durable what was written before, so that it can be read from the disk.
  /// Errors: disk_write_failed, disk_full.
  [[nodiscard]] static Result<TreeComparer> open(const std::filesystem::path& root,
                                                 std::string_view digest_key);

  /// Returns the indices of the entries of which the target has something else, or nothing: type,
  /// data, link target, device, owner, mode, attributes, time, flags, the file behind a name. Of
  /// directories that they are there; names that only the target has are not looked for. What
  /// `unheld` says is counted instead, if nothing else differs. Errors: malformed, canceled.
  [[nodiscard]] Result<std::vector<std::uint32_t>> list(const Listing& listing,
                                                        const UnheldFiles& unheld,
                                                        const std::stop_token& stop);
  [[nodiscard]] std::uint64_t unheld() const { return unheld_; }

 private:
  TreeComparer(TreeRoot root, std::string_view digest_key)
      : root_(std::move(root)), hasher_(digest_key) {}

  [[nodiscard]] Result<bool> differs(const Place& place, const FileEntry& entry,
                                     bool may_lack_attributes, const std::stop_token& stop) const;
  [[nodiscard]] Result<bool> data_differs(const Place& place, const FileEntry& entry,
                                          const FileEntry& have, const std::stop_token& stop) const;
  [[nodiscard]] bool is_name_of(const std::string& leader, const struct statx& status) const;

  TreeRoot root_;
  FileHasher hasher_;
  std::uint64_t unheld_ = 0;
};

}  // namespace ferry::files
