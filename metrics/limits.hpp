// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How much /metrics may tell, and how often it is made anew.
#pragma once

#include <chrono>
#include <cstddef>

namespace ferry::limits {

inline constexpr std::size_t metrics_jobs_max = 100;   // that run and have series of their own
inline constexpr std::size_t metrics_nodes_max = 200;  // likewise; agents have none
/// Whoever asks again so soon is told the same page.
inline constexpr std::chrono::milliseconds metrics_fresh{1000};

}  // namespace ferry::limits
