// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The data of one regular file of the source, read while others may write to it. Holes are
// skipped, and whether the file stayed the same from the first byte to the last is said at
// the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "files/content_digest.hpp"
#include "files/file_data.hpp"
#include "files/file_digest.hpp"
#include "files/file_metadata.hpp"

namespace ferry::files {

struct FileEnd {
  std::uint64_t size = 0;  // bytes; less than listed if the file shrank
  FileDigest digest;
  std::string content = {};  // ContentDigest, if it was asked for
  bool changed = false;  // what was read is a mixture; the next pass has to read it again
};

class SourceFile {
 public:
  /// Opens the file that was listed; digests get the key of `hasher`.
  /// Errors: file_changed (it is gone or another file), file_unreadable.
  [[nodiscard]] static Result<SourceFile> open(const Place& place, const FileEntry& listed,
                                               const FileHasher& hasher);

  /// Returns the entry as of the opening, which is that of the data.
  [[nodiscard]] const FileEntry& entry() const { return entry_; }
  /// Has the end tell the content's digest, too. To be called before anything is read.
  void take_content() { content_.emplace(); }
  /// Returns the next data, ascending, in the buffer; nothing at the end. The buffer's size
  /// is a multiple of limits::granule_bytes. Error: file_unreadable.
  [[nodiscard]] Result<std::optional<FilePiece>> next(std::span<std::byte> buffer);
  /// Returns how large it is, as far as it was read.
  [[nodiscard]] std::uint64_t size() const { return data_.size(); }
  /// To be called after the last piece. Error: file_unreadable.
  [[nodiscard]] Result<FileEnd> finish();
  /// Reads all of it for what `finish` says. Errors: those of next, canceled.
  [[nodiscard]] Result<FileEnd> read_through(const std::stop_token& stop);
  /// Has the data that follows read from the disk, as far as it is durable.
  void forget_cached() const;

 private:
  explicit SourceFile(FileHasher hasher) : hasher_(std::move(hasher)) {}
  [[nodiscard]] Result<> look_again(const Place& place, const FileEntry& listed);

  Fd fd_;
  std::string path_;
  FileEntry entry_;
  FileHasher hasher_;
  std::optional<ContentDigest> content_;
  FileData data_;
};

}  // namespace ferry::files
