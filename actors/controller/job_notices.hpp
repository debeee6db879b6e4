// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What whoever makes a job should know, though nothing is wrong with it: who bills what for it
// (F10), and that licences may be bound to hardware (F24). Pure.
#pragma once

#include <vector>

#include "config/cluster_config.hpp"
#include "messages/job.hpp"

namespace ferry {

/// Costs come first, and only those of services that such a job of this cluster uses. All have
/// level info. `bucket`: of the job.
[[nodiscard]] std::vector<Finding> job_notices(const ClusterConfig& config,
                                               const BucketConfig& bucket,
                                               const MachineWish& machine);

}  // namespace ferry
