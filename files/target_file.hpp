// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A regular file of the target while its data arrives. What is new is written under its own name,
// and is told by its time from what is complete; what replaces something is written under a
// temporary name; both are removed again unless they become complete. What is patched becomes the
// file that it has to be where it lies, so it takes no room twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "files/file_data.hpp"
#include "files/file_digest.hpp"
#include "files/file_metadata.hpp"
#include "files/source_file.hpp"
#include "files/temporary_name.hpp"
#include "files/tree_root.hpp"

namespace ferry::files {

class TargetFile {
 public:
  /// Creates the file. Errors: file_unsupported, disk_full, disk_write_failed.
  [[nodiscard]] static Result<TargetFile> create(std::shared_ptr<const Fd> directory,
                                                 const std::string& directory_path,
                                                 TemporaryNames& temporary_names,
                                                 const FileEntry& entry, const FileHasher& hasher);
  /// Opens the file that is there, to change what differs. Before anything changes its time is
  /// made another one, durably: whatever a crash leaves of it, no pass takes it for complete.
  /// Errors: malformed, file_changed if it isn't what may_be_patched says, file_unsupported.
  [[nodiscard]] static Result<TargetFile> patch(const TreeRoot& root,
                                                std::shared_ptr<const Fd> directory,
                                                const std::string& directory_path,
                                                const FileEntry& entry, const FileHasher& hasher);
  TargetFile(TargetFile&&) noexcept = default;
  TargetFile& operator=(TargetFile&&) = delete;
  ~TargetFile();

  /// Takes data in ascending order; what is left out becomes a hole, or stays as it is in a file
  /// that is patched, where no data at an offset says that all before it is passed. Errors:
  /// malformed, for data out of order or beyond the size that was announced; disk_full,
  /// disk_write_failed.
  [[nodiscard]] Result<> write(std::uint64_t offset, std::span<const std::byte> data);
  /// Makes a hole in a file that is patched, in the same order. Errors: as write.
  [[nodiscard]] Result<> punch(std::uint64_t offset, std::uint64_t bytes);
  /// Checks its data and gives it its size. Errors: those of write; transfer_corrupt if the data is
  /// not what was read, then a file that is patched is removed and the next pass sends all of it;
  /// file_unsupported.
  [[nodiscard]] Result<> complete(const FileEnd& end);
  /// Makes it all that it has to be, except for its flags and for its name, or its time if it has
  /// its name already. Errors: as files::settle.
  [[nodiscard]] Result<> settle() const;

  [[nodiscard]] const FileEntry& entry() const { return entry_; }
  [[nodiscard]] bool is_patched() const { return old_.has_value(); }
  [[nodiscard]] const std::string& directory() const { return directory_path_; }
  /// Returns the temporary name, empty for one that has its own name. From now on somebody else
  /// looks after it.
  [[nodiscard]] std::string release();

 private:
  /// Of a file that is patched: what it held before.
  struct Old {
    FileData data;
    bool touched = false;  // its time is not the old one any more
    bool wrong = false;    // it was proven not to be what it has to be
    std::vector<std::byte> buffer = {};
  };

  TargetFile(std::shared_ptr<const Fd> directory, const std::string& directory_path,
             const FileEntry& entry, const FileHasher& hasher)
      : directory_(std::move(directory)),
        directory_path_(directory_path),
        path_(join(directory_path, entry.name)),
        entry_(entry),
        hasher_(hasher.fresh()) {}

  [[nodiscard]] Result<> check_order(std::uint64_t offset, std::uint64_t bytes) const;
  [[nodiscard]] Result<> keep(std::uint64_t end);
  [[nodiscard]] Result<> touch();
  [[nodiscard]] Result<> write_out(std::uint64_t offset, std::span<const std::byte> data);
  [[nodiscard]] const std::string& name() const {
    return temporary_.empty() ? entry_.name : temporary_;
  }

  std::shared_ptr<const Fd> directory_;  // null once released or moved from
  std::string directory_path_;
  std::string path_;
  std::string temporary_;  // empty: it has its own name
  FileEntry entry_;
  FileHasher hasher_;
  Fd fd_;
  std::optional<Old> old_;
  std::uint64_t position_ = 0;  // all before it is what it has to be
  std::uint64_t size_ = 0;      // of the file now
};

}  // namespace ferry::files
