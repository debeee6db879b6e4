// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `job plan`: what an image's disks would be like, before anything is made.
#pragma once

#include "apps/commands.hpp"
#include "apps/job_words.hpp"

namespace ferry {

/// Source and image side by side.
void print_layout(const Layout& layout);

/// Shows what would come of the wish for source, disks and exclude rules: 0 if it can be done, 1
/// with every reason if not.
int job_plan(Operator& op, const JobWords& words);

}  // namespace ferry
