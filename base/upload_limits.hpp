// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Bounds of uploads, for the cluster file, which is checked before anything starts, and for the
// buckets, which keep to them.
#pragma once

#include "base/limits.hpp"

namespace ferry::limits {

inline constexpr std::uint64_t upload_part_bytes_max = 1 * gib;  // held in memory
inline constexpr std::uint64_t store_part_bytes_min = 5 * mib;   // of an object store (L28)

}  // namespace ferry::limits
