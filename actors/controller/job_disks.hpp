// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// From the wish for a job's disks to those that it gets. Pure: no effects.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "config/cluster_config.hpp"
#include "messages/inventory.hpp"
#include "messages/job_events.hpp"

namespace ferry {

/// The disks of an image.
struct DiskPlan {
  Layout layout;  // none if each disk goes over whole
  std::vector<std::uint64_t> source_disk_bytes;
};
/// Fills in settings.disks by the wish for a layout, or by the wish for disks and their sizes.
/// Errors: source_unsupported, invalid_argument, limit_exceeded and those of layout_for.
[[nodiscard]] Result<DiskPlan> plan_disks_of(JobSettings& settings, const Inventory& inventory,
                                             const LimitsConfig& bounds);
/// The event with another wish for the disks of a job that was never started.
[[nodiscard]] Result<JobModified> with_disks(JobModified modified, const LayoutWish& wish,
                                             const Inventory& inventory,
                                             const LimitsConfig& bounds);

}  // namespace ferry
