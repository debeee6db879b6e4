// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the target of a pass has told that it can't hold (file_unsupported), for the proof of that
// pass: a difference that was told and can't be mended is none that sending again could mend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "files/file_entry.hpp"

namespace ferry::files {

/// One thread at a time. Beyond limits::unheld_files_bytes_max nothing is remembered, so the proof
/// finds those files to be different.
class UnheldFiles {
 public:
  enum class What : std::uint8_t {
    nothing,
    attributes,  // the file is there, without some of its attributes and flags
    all,         // the file is not there, or something else is
  };

  /// Returns whether the issue is to be told: not if this path already had such a one.
  [[nodiscard]] bool note(const FileIssue& issue);
  /// Of what can't be held, nothing below it can.
  [[nodiscard]] What of(std::string_view path) const;
  /// The same of a name: of a further one what its leader lacks, too.
  [[nodiscard]] What of(std::string_view directory, const FileEntry& entry) const;
  void forget();

 private:
  std::map<std::string, What, std::less<>> paths_;
  std::size_t bytes_ = 0;
};

}  // namespace ferry::files
