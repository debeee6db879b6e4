// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Mistakes found in a cluster file, and where in the file each setting stands, so
// that checks between settings can point at a line without knowing TOML.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/cluster_config.hpp"

namespace ferry {

struct Position {
  unsigned line = 1;
  unsigned column = 1;
};

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  /// Remembers where a setting ("limits.image_max", "node.2.listen") or a table
  /// ("limits", "node.2") stands.
  void mark(const std::string& path, Position at) { positions_[path] = at; }
  [[nodiscard]] bool is_marked(const std::string& path) const { return positions_.contains(path); }
  /// Returns the place of the setting, else that of its table, else the first line.
  [[nodiscard]] Position at(const std::string& path) const;

  void add(Position at, Error error);
  /// As add, for what makes all of the file meaningless.
  void add_final(Position at, Error error) {
    add(at, std::move(error));
    unreadable_ = true;
  }
  [[nodiscard]] bool unreadable() const { return unreadable_; }
  [[nodiscard]] bool empty() const { return errors_.empty(); }
  /// Hands the mistakes over in the order of the file.
  [[nodiscard]] std::vector<ConfigError> take();

 private:
  std::string file_;
  std::map<std::string, Position> positions_;
  std::vector<ConfigError> errors_;
  bool unreadable_ = false;
};

/// Checks what no single key can show: one controller, unique names, free ports,
/// limits in order. Expects resolved defaults.
void check_relations(const ClusterConfig& config, Problems& problems);

/// Of these, what concerns the buckets; bucket_relations.cpp.
void check_buckets(const ClusterConfig& config, Problems& problems);

/// Returns the candidate that a misspelt word most likely meant, or nothing.
[[nodiscard]] std::string_view near_miss(std::string_view word,
                                         const std::vector<std::string_view>& candidates);

}  // namespace ferry
