// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `job plan`: what an image's disks would be like, before anything is made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/commands.hpp"

namespace ferry {

/// All that its options write to.
struct LayoutWords {
  std::string source;
  std::vector<std::string> disks;       // INDEX=SIZE
  std::vector<std::uint32_t> lvm;       // indexes
  std::vector<std::string> partitions;  // FROM=[disk:INDEX][,size:SIZE][,method:METHOD]
};

/// Errors: invalid_argument with the form that is expected.
[[nodiscard]] Result<LayoutWish> layout_wish(const LayoutWords& words);

/// Shows source and image side by side: 0 if it can be done, 1 with every reason if not.
int job_plan(Operator& op, const LayoutWords& words);

}  // namespace ferry
