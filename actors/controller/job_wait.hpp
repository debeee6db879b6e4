// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How long a job waits before it asks or tries again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/error.hpp"

namespace ferry {

/// Whether nobody was there to answer, as opposed to an answer that refuses.
[[nodiscard]] inline bool is_silence(const Error& error) {
  return error.code == Errc::timeout || error.code == Errc::unreachable ||
         error.code == Errc::not_found;
}

/// How often a node is asked how far its work is.
inline constexpr std::chrono::milliseconds poll_interval{400};

/// After `silences` unanswered questions in a row: 0.2 s doubling to `most`.
[[nodiscard]] inline std::chrono::milliseconds poll_backoff(std::uint32_t silences,
                                                            std::chrono::milliseconds most) {
  return std::min(most, std::chrono::milliseconds{200LL << std::min(silences, 10U)});
}

/// After `times` refusals by someone who has too much to do: 5 s doubling to 5 min.
[[nodiscard]] inline std::chrono::milliseconds throttle_backoff(std::uint32_t times) {
  return std::chrono::milliseconds{
      std::min<std::int64_t>(300'000, 5000LL << std::min(times - std::min(times, 1U), 10U))};
}

/// After `restarts` restarts without progress: at once, then 1 s doubling to 30 s.
[[nodiscard]] inline std::chrono::milliseconds restart_backoff(std::uint32_t restarts) {
  if (restarts == 0) return std::chrono::milliseconds{200};
  return std::chrono::milliseconds{
      std::min<std::int64_t>(30'000, 500LL << std::min(restarts, 10U))};
}

}  // namespace ferry
