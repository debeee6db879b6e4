// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The account of a cloud whose instances a cluster file lets import.
#pragma once

#include <memory>
#include <string>

#include "apps/bucket_opener.hpp"
#include "cloud/instance_commands.hpp"

namespace ferry {

class InstancesOpener {
 public:
  /// `bucket`: with whose access key instances are looked at.
  InstancesOpener(const ClusterConfig& config, const BucketOpener& bucket)
      : config_(config), credentials_(bucket.credentials()) {}

  /// Null if the file names none.
  [[nodiscard]] Result<std::shared_ptr<InstanceCommands>> operator()(
      const std::string& region) const;

 private:
  const ClusterConfig& config_;
  std::shared_ptr<Credentials> credentials_;
};

}  // namespace ferry
