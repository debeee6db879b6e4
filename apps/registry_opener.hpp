// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one place that makes a registry of what the cluster file says about it.
#pragma once

#include <memory>

#include "apps/bucket_opener.hpp"
#include "cloud/folder_registry.hpp"

namespace ferry {

/// Copies share their credentials. Any thread may call.
class RegistryOpener {
 public:
  RegistryOpener(const ClusterConfig& config, BucketOpener bucket)
      : config_(config), open_bucket_(std::move(bucket)) {}

  /// `bucket`: by its name, where ENS fetches images from, and where the records of its images lie.
  [[nodiscard]] Result<std::shared_ptr<EnsRegistry>> operator()(const std::string& bucket) const;

 private:
  const ClusterConfig& config_;
  BucketOpener open_bucket_;
};

/// The registry whose images are files of this machine. Error: invalid_argument for one of another
/// kind.
[[nodiscard]] Result<FolderRegistry> open_local_registry(const ClusterConfig& config);

}  // namespace ferry
