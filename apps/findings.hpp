// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The findings of a pre-flight on a terminal.
#pragma once

#include <vector>

#include "messages/finding.hpp"

namespace ferry {

/// Grouped by level, each with evidence and next step; says so if there are none.
void print_findings(const std::vector<Finding>& findings);

}  // namespace ferry
