// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Finds what of a listed tree is otherwise at the target, and changes nothing: the proof of a
// copy. Data is read from the target's disk and compared by its digest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "files/file_digest.hpp"
#include "files/file_entry.hpp"
#include "files/file_manifest.hpp"
#include "files/file_metadata.hpp"
#include "files/tree_root.hpp"
#include "files/unheld_files.hpp"

namespace ferry::files {

/// One thread at a time.
class TreeComparer {
 public:
  /// Makes durable what was written before, so that it can be read from the disk. What is the same
  /// is listed in the file `manifest`, if it has a name. Errors: disk_write_failed, disk_full.
  [[nodiscard]] static Result<TreeComparer> open(const std::filesystem::path& root,
                                                 std::string_view digest_key,
                                                 const std::filesystem::path& manifest);

  /// Returns the indices of the entries of which the target has something else, or nothing: type,
  /// data, link target, device, owner, mode, attributes, time, flags, the file behind a name. Of
  /// directories that they are there; names that only the target has are not looked for. What
  /// `unheld` says is counted instead, if nothing else differs. Errors: malformed, canceled, those
  /// of writing the manifest.
  [[nodiscard]] Result<std::vector<std::uint32_t>> list(const Listing& listing,
                                                        const UnheldFiles& unheld,
                                                        const std::stop_token& stop);
  /// Returns whether the directory itself is otherwise. Errors: as list.
  [[nodiscard]] Result<bool> end_directory(const DirectoryEnd& end, const UnheldFiles& unheld);
  [[nodiscard]] std::uint64_t unheld() const { return unheld_; }
  /// To be called after the last step. Errors: those of writing the manifest.
  [[nodiscard]] Result<> finish();

 private:
  /// What is found at the place of an entry.
  struct Found {
    bool differs = false;
    std::string content;  // FileEntry::content, of the target
  };

  TreeComparer(TreeRoot root, std::string_view digest_key)
      : root_(std::move(root)), hasher_(digest_key) {}

  [[nodiscard]] Result<Found> compare(const Place& place, const FileEntry& entry,
                                      bool may_lack_attributes, const std::stop_token& stop) const;
  [[nodiscard]] Result<Found> compare_data(const Place& place, const FileEntry& entry,
                                           const FileEntry& have,
                                           const std::stop_token& stop) const;
  [[nodiscard]] bool is_name_of(const std::string& leader, const struct statx& status) const;
  [[nodiscard]] bool is_difference(bool differs, UnheldFiles::What told);
  [[nodiscard]] Result<> keep(const std::string& path, FileEntry entry, std::string content);

  TreeRoot root_;
  FileHasher hasher_;
  std::uint64_t unheld_ = 0;
  std::optional<ManifestFile> manifest_;
  bool whole_ = true;  // the manifest has all that the source's has
};

}  // namespace ferry::files
