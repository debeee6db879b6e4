// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `job plan`: what an image's disks would be like, before anything is made.
#pragma once

#include <string>

#include "apps/commands.hpp"
#include "apps/layout_words.hpp"

namespace ferry {

/// Source and image side by side.
void print_layout(const Layout& layout);

/// Shows what would come of a wish: 0 if it can be done, 1 with every reason if not.
int job_plan(Operator& op, const std::string& source, const LayoutWords& words);

}  // namespace ferry
