// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The cloud that makes images of disks by itself, if the cluster file says that it does.
#pragma once

#include <memory>
#include <stop_token>

#include "apps/bucket_opener.hpp"
#include "cloud/native_export.hpp"

namespace ferry {

class NativeOpener {
 public:
  /// `bucket`: into which the cloud exports, and with whose access key.
  NativeOpener(const ClusterConfig& config, BucketOpener bucket)
      : config_(config), open_bucket_(std::move(bucket)) {}

  /// What it does at the bucket ends as canceled at `stop`.
  [[nodiscard]] Result<std::shared_ptr<NativeExporter>> operator()(
      const std::string& bucket, const std::stop_token& stop) const;

 private:
  const ClusterConfig& config_;
  BucketOpener open_bucket_;
};

}  // namespace ferry
