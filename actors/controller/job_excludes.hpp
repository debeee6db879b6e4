// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a job's exclude rules have an effect, and where they have none.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "messages/finding.hpp"
#include "messages/job.hpp"

namespace ferry {

/// Whether a job with this layout may have these rules. Errors: those of the rules themselves;
/// invalid_argument if no part of the job goes by files, or if a rule leaves nothing of one.
[[nodiscard]] Result<> check_excludes(const JobSettings& settings, const Layout& layout);
/// A warning that names what goes by blocks, as a whole whatever the rules say; nothing without
/// rules, or if there is no such part.
[[nodiscard]] std::optional<Finding> excludes_warning(const JobSettings& settings,
                                                      const Layout& layout);

/// Adds to a plan the rules, what they mean for it, and why a job could not have them.
void add_excludes(LayoutPlan& plan, const std::vector<std::string>& excludes);

}  // namespace ferry
