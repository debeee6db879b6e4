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
                                          const ClusterConfig& config, std::int64_t now_ms);

/// Checks values that may also change later. Errors: invalid_argument, and
/// sealing_required of the last one.
[[nodiscard]] Result<> check_machine(const MachineWish& wish, const ClusterConfig& config);
[[nodiscard]] Result<> check_names(const JobSettings& settings);
/// Image name, prefix of its objects and region.
[[nodiscard]] Result<> check_image_name(const JobSettings& settings);
/// Errors: limit_exceeded.
[[nodiscard]] Result<> check_remembered(const JobSettings& settings);
/// Whether frequency and images to keep fit run_once.
[[nodiscard]] Result<> check_runs(const JobSettings& settings);
/// Fills in nothing: an empty value is one of a job from before there were fix-ups.
[[nodiscard]] Result<> check_fix_ups(const JobSettings& settings);
/// As above.
[[nodiscard]] Result<> check_boot_proof(const JobSettings& settings);
[[nodiscard]] Result<> check_schedule(const JobSettings& settings, std::int64_t now_ms);
[[nodiscard]] Result<> check_validity(std::int64_t valid_until_ms, std::int64_t created_ms,
                                      std::int64_t now_ms);
[[nodiscard]] Result<> check_transfer(const TransferSettings& transfer,
                                      const ClusterConfig& config);

}  // namespace ferry
