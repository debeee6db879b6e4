// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the target holds of a file that is to become another one, so that the source sends only
// what differs. Only a file of one name is changed in place: another name may have been left
// behind at the source, and compared already.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "files/file_digest.hpp"
#include "files/tree_root.hpp"

namespace ferry::files {

/// Tells of a file from `begin` to `end`: a digest for each granule, 0 for a hole; behind the last
/// digest is a hole, and behind the end of the file, too.
struct FileSurvey {
  static constexpr std::uint64_t window_bytes =
      limits::survey_granules_max * std::uint64_t{limits::granule_bytes};
  static constexpr std::uint64_t no_end = limits::file_bytes_max + 1;

  std::uint64_t begin = 0;  // a multiple of limits::granule_bytes, as `end`
  /// At least a window behind `begin`, or `no_end` if no data follows. The same as `begin`: there
  /// is no file that could be patched.
  std::uint64_t end = 0;
  std::vector<std::uint64_t> digests;  // at most limits::survey_granules_max

  /// Returns the digest of the granule at this offset in the file, which the survey covers.
  [[nodiscard]] std::uint64_t digest_at(std::uint64_t offset) const {
    const auto i = (offset - begin) / limits::granule_bytes;
    return i < digests.size() ? digests[i] : 0;
  }
};

/// Returns whether this may be changed in place: a regular file of one name on the root's mount.
[[nodiscard]] bool may_be_patched(const TreeRoot& root, const struct statx& status);

/// Surveys the file with this path below the root, from `begin` on. One that can't be read is
/// as one that isn't there: it has to be replaced.
[[nodiscard]] FileSurvey survey_file(const TreeRoot& root, const std::string& path,
                                     std::uint64_t begin, const FileHasher& hasher);

}  // namespace ferry::files
