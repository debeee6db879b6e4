// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// From a source server's disks and a wish to the layout of the image's disks (F65 to F80).
// Pure: it looks at no disk and makes nothing, so it can be asked before anything is created.
#pragma once

#include <cstdint>

#include "base/limits.hpp"
#include "messages/inventory.hpp"
#include "messages/layout.hpp"

namespace ferry {

/// Sizes in bytes that a disk of the image may have when it differs from the source's (F67, F68).
struct LayoutLimits {
  std::uint64_t system_disk_min = limits::system_disk_bytes_min;
  std::uint64_t system_disk_max = limits::system_disk_bytes_max;
  std::uint64_t data_disk_min = limits::data_disk_bytes_min;
  std::uint64_t data_disk_max = limits::data_disk_bytes_max;
};

/// Every refusal names the numbers of its rule and a way out: limit_exceeded for a size of a disk,
/// invalid_argument for any other part of the wish that means nothing or cannot be done.
[[nodiscard]] LayoutPlan plan_layout(const Inventory& inventory, const LayoutWish& wish,
                                     const LayoutLimits& bounds);

}  // namespace ferry
