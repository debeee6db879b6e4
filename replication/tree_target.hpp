// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The receiving side's tree: a directory on a mounted file system. All that it durably holds is
// what lies in it; beside it lies what its proof has found.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "files/filter_rules.hpp"
#include "replication/session_target.hpp"

namespace ferry {

struct TreeTargetOptions {
  std::filesystem::path root;
  files::FilterRules filter = {};  // what it excludes is left alone
  std::string digest_key;          // 32 bytes, the same at the source
  std::filesystem::path manifest = {};  // file, of what the newest comparison has found the same
};

class TreeTarget : public SessionTarget {
 public:
  explicit TreeTarget(TreeTargetOptions options) : options_(std::move(options)) {}
  [[nodiscard]] const TreeTargetOptions& options() const { return options_; }
  /// Of the sessions from now on; none is open.
  void set_filter(files::FilterRules filter) { options_.filter = std::move(filter); }

 private:
  TreeTargetOptions options_;
};

}  // namespace ferry
