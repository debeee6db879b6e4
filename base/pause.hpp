// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Waiting between two looks at something that can't wake us by itself.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

namespace ferry {

/// Blocks for this time, or less: false once a stop is requested.
[[nodiscard]] bool pause_for(std::chrono::milliseconds time, const std::stop_token& stop);

/// Waits longer each time: 250 ms at first, doubled up to `most`.
class GrowingPause {
 public:
  explicit GrowingPause(std::chrono::milliseconds most) : most_(most) {}

  /// As pause_for.
  [[nodiscard]] bool wait(const std::stop_token& stop) {
    const auto now = std::min(next_, most_);
    next_ = 2 * now;
    return pause_for(now, stop);
  }

 private:
  std::chrono::milliseconds most_;
  std::chrono::milliseconds next_{250};
};

}  // namespace ferry
