// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Things of another owner beside those of the cluster: the product may not touch them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "chaos/cluster.hpp"
#include "chaos/undo.hpp"

namespace ferry::chaos {

class Canaries {
 public:
  /// Plants one in the bucket, in the registry and beside the transition instances, where
  /// these are on this host. They go with the undo log.
  [[nodiscard]] static Result<Canaries> plant(const RealCluster& cluster, UndoLog& undo);

  /// Returns which ones are not as they were; empty: none.
  [[nodiscard]] std::vector<std::string> touched() const;
  [[nodiscard]] std::size_t size() const { return birds_.size(); }
  [[nodiscard]] bool is_ours(const std::filesystem::path& path) const;

 private:
  struct Bird {
    std::filesystem::path folder;
    std::filesystem::path file;
    std::string song;  // what the file holds
  };
  std::vector<Bird> birds_;
};

}  // namespace ferry::chaos
