// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Limits of what a pass tells of itself.
#pragma once

#include <chrono>
#include <cstddef>

namespace ferry::limits {

inline constexpr std::size_t disk_map_parts_max = 256;  // of the map of what is settled
/// What a bottleneck is judged by.
inline constexpr std::chrono::milliseconds bottleneck_window{5'000};

}  // namespace ferry::limits
