// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The buckets of a cluster, of which a job names one.
#pragma once

#include <string_view>

#include "config/cluster_config.hpp"

namespace ferry {

/// Returns the bucket of this name; [bucket] for none. Error: invalid_argument, with the names that
/// there are.
[[nodiscard]] Result<const BucketConfig*> bucket_named(const ClusterConfig& config,
                                                       std::string_view name);

}  // namespace ferry
