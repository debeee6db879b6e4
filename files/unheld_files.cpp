// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "files/unheld_files.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace ferry::files {
namespace {

constexpr std::size_t bytes_beside_path = 96;  // of a node of the map

}  // namespace

bool UnheldFiles::note(const FileIssue& issue) {
  if (issue.error.code != Errc::file_unsupported) return true;
  const auto what = issue.held ? What::attributes : What::all;
  if (const auto known = paths_.find(issue.path); known != paths_.end()) {
    known->second = std::max(known->second, what);
    return false;
  }
  const auto bytes = issue.path.size() + bytes_beside_path;
  if (bytes > limits::unheld_files_bytes_max - bytes_) return true;
  bytes_ += bytes;
  paths_.emplace(issue.path, what);
  return true;
}

UnheldFiles::What UnheldFiles::of(std::string_view path) const {
  if (paths_.empty()) return What::nothing;
  const auto known = paths_.find(path);
  if (known != paths_.end()) return known->second;
  while (!path.empty()) {
    path = split(path).directory;
    const auto above = paths_.find(path);
    if (above != paths_.end() && above->second == What::all) return What::all;
  }
  return What::nothing;
}

UnheldFiles::What UnheldFiles::of(std::string_view directory, const FileEntry& entry) const {
  if (paths_.empty()) return What::nothing;
  const auto own = of(join(directory, entry.name));
  return entry.leader.empty() ? own : std::max(own, of(entry.leader));
}

void UnheldFiles::forget() {
  paths_.clear();
  bytes_ = 0;
}

}  // namespace ferry::files
