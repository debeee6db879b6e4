// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one place that makes a bucket of what the cluster file says about it.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "cloud/bucket.hpp"
#include "cloud/credentials.hpp"
#include "config/cluster_config.hpp"

namespace ferry {

/// Copies share their credentials. Any thread may call.
class BucketOpener {
 public:
  /// An access key in the environment is read now.
  explicit BucketOpener(const ClusterConfig& config);

  /// Opens a folder, or makes a client of a store and asks the store one small thing: who has a
  /// wrong key learns so here, and not when an image has been made.
  /// A request to a store that is under way at `stop` ends as canceled.
  /// `name`: in the cluster file; empty: [bucket]. Error of one that isn't there: invalid_argument.
  [[nodiscard]] Result<std::shared_ptr<Bucket>> operator()(const std::string& name,
                                                           const std::stop_token& stop = {}) const;
  /// Whose key it has.
  [[nodiscard]] const std::shared_ptr<Credentials>& credentials() const { return credentials_; }

 private:
  std::shared_ptr<const ClusterConfig> config_;
  std::shared_ptr<Credentials> credentials_;
};

}  // namespace ferry
