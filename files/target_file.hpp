// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A regular file of the target while its data arrives: removed again unless it becomes complete.
// What is new is written under its own name, and is told by its time from what is complete; what
// replaces something is written under a temporary name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "files/file_digest.hpp"
#include "files/file_metadata.hpp"
#include "files/source_file.hpp"
#include "files/temporary_name.hpp"

namespace ferry::files {

class TargetFile {
 public:
  /// Creates the file. Errors: file_unsupported, disk_full, disk_write_failed.
  [[nodiscard]] static Result<TargetFile> create(std::shared_ptr<const Fd> directory,
                                                 const std::string& directory_path,
                                                 TemporaryNames& temporary_names,
                                                 const FileEntry& entry, const FileHasher& hasher);
  TargetFile(TargetFile&&) noexcept = default;
  TargetFile& operator=(TargetFile&&) = delete;
  ~TargetFile();

  /// Takes data in ascending order; what is left out becomes a hole. Errors: malformed, for
  /// data out of order or beyond the size that was announced; disk_full, disk_write_failed.
  [[nodiscard]] Result<> write(std::uint64_t offset, std::span<const std::byte> data);
  /// Makes it all that it has to be, except for its flags and for its name, or its time if it has
  /// its name already. Errors: those of write, transfer_corrupt if the data is not what was read,
  /// file_unsupported.
  [[nodiscard]] Result<> complete(const FileEnd& end);

  [[nodiscard]] const FileEntry& entry() const { return entry_; }
  [[nodiscard]] const std::string& directory() const { return directory_path_; }
  /// Returns the temporary name, empty for one that has its own name. From now on somebody else
  /// looks after it.
  [[nodiscard]] std::string release();

 private:
  TargetFile(std::shared_ptr<const Fd> directory, const FileEntry& entry, FileHasher hasher)
      : directory_(std::move(directory)), entry_(entry), hasher_(std::move(hasher)) {}

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
  std::uint64_t position_ = 0;
};

}  // namespace ferry::files
