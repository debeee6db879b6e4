// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The layout of a job's disks: planned when the job is made, again when it starts, and from then
// on kept, for the disks are made from it. Pure: no effects.
#pragma once

#include <cstdint>
#include <vector>

#include "actors/controller/job_record.hpp"
#include "base/error.hpp"
#include "config/cluster_config.hpp"
#include "layout/plan.hpp"

namespace ferry {

[[nodiscard]] LayoutLimits layout_limits(const LimitsConfig& config);

/// Errors: the first refusal's, in the words of all of them.
[[nodiscard]] Result<Layout> layout_for(const Inventory& inventory, const LayoutWish& wish,
                                        const LimitsConfig& config);

/// True if a disk is made anew or has another number than on the source. Otherwise each goes over
/// whole, and at most the last ones are left out.
[[nodiscard]] bool changes_disks(const Layout& layout);

/// Errors: layout_outdated if the source is not any more what the layout was made for.
[[nodiscard]] Result<> check_fit(const Layout& layout, const Inventory& inventory);

/// What a start or cut-over of a job whose wish says how the disks are to be: until an instance
/// is intended the layout is planned anew and the event gets it, afterwards it has to fit.
/// Errors: those of layout_for and check_fit.
[[nodiscard]] Result<JobEvent> with_layout(JobEvent event, const JobRecord& record,
                                           const Inventory& inventory, const LimitsConfig& config);

}  // namespace ferry
