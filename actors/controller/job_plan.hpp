// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Checks the wish for a job against the source server and the product's limits, and
// fills in what was left open. Pure: no effects.
#pragma once

#include "actors/controller/source_server.hpp"
#include "base/error.hpp"
#include "config/cluster_config.hpp"
#include "messages/job_events.hpp"

namespace ferry {

/// Returns the first event of the job. Errors: source_unsupported, invalid_argument,
/// limit_exceeded, each naming the limit, the value and where it is set.
[[nodiscard]] Result<JobCreated> plan_job(JobSettings settings, const SourceState& source,
                                          const ClusterConfig& config);

/// Checks values that may also change while a job runs.
[[nodiscard]] Result<> check_transfer(const TransferSettings& transfer,
                                      const ClusterConfig& config);

}  // namespace ferry
