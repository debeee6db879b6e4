// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The files that a pass over a tree could not copy as they are: all are counted, and the first
// ones kept with their texts.
#pragma once

#include <cstdint>
#include <vector>

#include "base/text.hpp"
#include "files/file_entry.hpp"

namespace ferry {

class IssueLog {
 public:
  void note(const files::FileIssue& issue) {
    ++total_;
    if (first_.size() == limits::file_issues_told_max) return;
    first_.push_back(issue.error);
    first_.back().what = escaped(first_.back().what);
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] const std::vector<Error>& first() const { return first_; }

 private:
  std::uint64_t total_ = 0;
  std::vector<Error> first_;
};

}  // namespace ferry
