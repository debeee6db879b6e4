// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the words of `job plan` and `job create` about an image's disks mean.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/layout.hpp"

namespace ferry {

/// All that the options of both commands write to.
struct LayoutWords {
  std::vector<std::string> disks;       // INDEX=SIZE
  std::vector<std::uint32_t> lvm;       // indexes
  std::vector<std::string> partitions;  // FROM=[disk:INDEX][,size:SIZE][,method:METHOD]
};

/// Errors: invalid_argument with the form that is expected.
[[nodiscard]] Result<LayoutWish> layout_wish(const LayoutWords& words);

}  // namespace ferry
