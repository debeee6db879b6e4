// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a request says of a job besides its disks, checked by the API's rules: the same parameters
// make a job and change it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "messages/job.hpp"
#include "smc/actions.hpp"

namespace ferry {

/// What is there of each; nothing where the request says nothing.
struct JobParameters {
  std::string name, description, image_name;
  std::optional<std::int64_t> scheduled_start_ms, valid_until_ms;
  std::optional<std::uint64_t> frequency_hours, images_to_keep;
  std::vector<Tag> remembered;  // parameters that mean nothing here
};
[[nodiscard]] ApiResult<JobParameters> job_parameters(const Parameters& parameters);

/// What is asked of the transition instance, and whether that is one which is there already
/// (TargetType TargetInstance, F21); what is not said stays as it is.
[[nodiscard]] MachineWish machine_wish(const Parameters& parameters, MachineWish wish);

/// Changes what ReplicationParameters and SslMode name, and nothing else.
[[nodiscard]] ApiResult<bool> read_transfer(const Parameters& parameters,
                                            TransferSettings& transfer);

/// The region of the ENS image: EnsImageRegionId, or RegionId where ENS has images in it; empty:
/// the cluster's. Errors: InvalidEnsImageRegionId.
[[nodiscard]] ApiResult<std::string> image_region(const Parameters& parameters);

}  // namespace ferry
