// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One pass over a tree of files of the source: all listings go to the receiver, and the files that
// it asks for. What it has is seen from its files, so a first copy, a resume and a delta are the
// same pass. A comparison goes the same way and sends no file: it is the proof of a pass.
#pragma once

#include <cstdint>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "files/file_manifest.hpp"
#include "files/tree_reader.hpp"
#include "replication/pass.hpp"

namespace ferry {

struct TreePassOptions {
  std::string root;  // where the file system is mounted, or a snapshot of it
  files::FilterRules filter = {};
  /// Read every file and compare contents, where otherwise size and time decide: a pass that
  /// repairs what a comparison found.
  bool digests = false;
  /// Of a comparison: directories themselves are compared, and both ends list what is the same. A
  /// receiver that doesn't know of it would make directories what they have to be.
  bool certify = false;
  std::set<std::string> mount_points = {};  // in a snapshot, as files::ReaderOptions
};

struct TreePassResult {
  std::uint64_t listed = 0;        // entries
  std::uint64_t files = 0;         // whose data was sent
  std::uint64_t names = 0;         // further names that were made
  std::uint64_t bytes = 0;         // of data that was sent
  std::uint64_t removed = 0;       // at the target
  std::uint64_t issues_total = 0;  // files that are not copied as they are
  std::vector<Error> issues;       // the first limits::file_issues_told_max of each end
};

/// Runs one pass into the tree that `settings.key` opens. Nothing is kept between passes: after an
/// error or a stop the next one goes on with what is missing. `progress.bytes_total` grows as files
/// are listed. Errors: disk_missing, disk_read_failed, limit_exceeded (source); those of run_pass.
[[nodiscard]] Result<TreePassResult> run_tree_pass(const TreePassOptions& options,
                                                   const PassSettings& settings,
                                                   PassControl& control, PassProgress& progress,
                                                   const std::stop_token& stop);

struct TreeComparison {
  std::uint64_t compared = 0;  // entries
  std::uint64_t changed = 0;   // entries that are different because they changed since the pass
  std::uint64_t unheld = 0;    // entries that the target has told in the pass that it can't hold
  std::uint64_t wrong = 0;     // entries that are different for no such reason
  std::vector<std::string> first_wrong;  // paths, at most limits::file_issues_told_max
  files::ManifestSummary manifest;       // of what is the same, if it is to be certified
};

/// Reads every file at both ends and changes nothing. What the source changed at or after
/// `since_ms` (wall clock) is not wrong; in a snapshot nothing changes. Errors: as run_tree_pass.
[[nodiscard]] Result<TreeComparison> compare_trees(const TreePassOptions& options,
                                                   std::int64_t since_ms,
                                                   const PassSettings& settings,
                                                   PassControl& control, PassProgress& progress,
                                                   const std::stop_token& stop);

}  // namespace ferry
