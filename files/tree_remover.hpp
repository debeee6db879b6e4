// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Removes what is no longer at the source, with all below it, except for what the filter
// leaves alone and what is mounted there. One directory is open at a time, however deep.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "files/file_entry.hpp"
#include "files/file_metadata.hpp"
#include "files/filter_rules.hpp"
#include "files/tree_root.hpp"

namespace ferry::files {

class TreeRemover {
 public:
  TreeRemover(const TreeRoot& root, const FilterRules& filter,
              const std::function<void(const FileIssue&)>& on_issue)
      : root_(&root), filter_(&filter), on_issue_(&on_issue) {}

  /// Returns whether it is gone. What can't be removed is an issue, or stays because the
  /// filter says so. Errors: disk_full, disk_write_failed.
  [[nodiscard]] Result<bool> remove(const Place& place, bool is_directory);
  /// Returns how many files and directories were removed.
  [[nodiscard]] std::uint64_t removed() const { return removed_; }

 private:
  [[nodiscard]] Result<bool> empty(const std::string& path);
  [[nodiscard]] Result<bool> unlink(const Place& place, int flag);

  const TreeRoot* root_;
  const FilterRules* filter_;
  const std::function<void(const FileIssue&)>* on_issue_;
  std::uint64_t removed_ = 0;
};

}  // namespace ferry::files
