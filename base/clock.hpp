// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The only place that reads a system clock. Actors take time from their actor
// clock and wall time from here, so that the simulator owns both.
#pragma once

#include <chrono>
#include <cstdint>

namespace ferry {

/// Milliseconds since 1970 UTC, for people, file names and expiry dates.
[[nodiscard]] std::int64_t wall_ms();
/// Milliseconds on a clock that never jumps, for rates and time-outs.
[[nodiscard]] std::int64_t steady_ms();
/// The same clock in microseconds, for pacing.
[[nodiscard]] std::int64_t steady_us();

/// A duration of a limit or a setting, as these clocks count.
[[nodiscard]] constexpr std::int64_t ms_of(std::chrono::milliseconds duration) {
  return duration.count();
}

/// Puts the clocks ahead by these milliseconds: both when days pass at once in a test, the wall
/// clock alone when somebody sets it; 0 puts them right again.
void set_clocks_ahead_for_test(std::int64_t wall, std::int64_t steady);

}  // namespace ferry
