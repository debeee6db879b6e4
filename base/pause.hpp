// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Waiting between two looks at something that can't wake us by itself.
#pragma once

#include <chrono>
#include <stop_token>

namespace ferry {

/// Blocks for this time, or less: false once a stop is requested.
[[nodiscard]] bool pause_for(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace ferry
