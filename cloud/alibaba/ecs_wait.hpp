// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Waiting for what ECS does in its own time and tells of only when asked.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/pause.hpp"

namespace ferry {

struct EcsPatience {
  std::chrono::milliseconds poll{5'000};                    // at most, between two looks
  std::chrono::milliseconds most = std::chrono::hours{24};  // for one thing
};

/// Looks until there is a result; `what` is waited for. What takes hours is not given up for a
/// look that nobody answers; a look does the same when it is repeated. Errors: those of the looks,
/// timeout, canceled.
template <class T>
[[nodiscard]] Result<T> look_until(const EcsPatience& patience, const std::string& what,
                                   const std::stop_token& stop,
                                   const std::function<Result<std::optional<T>>()>& look) {
  const auto deadline_ms = steady_ms() + patience.most.count();
  constexpr int unanswered_max = 5;  // in a row
  GrowingPause pause{patience.poll};
  for (int unanswered = 0;;) {
    auto seen = look();
    if (seen && *seen) return std::move(**seen);
    unanswered = seen ? 0 : unanswered + 1;
    if (!seen && (seen.error().code != Errc::unreachable || unanswered > unanswered_max)) {
      return fail(seen.error());
    }
    if (steady_ms() >= deadline_ms) {
      return fail(
          Errc::timeout,
          what + " takes longer than " + std::to_string(patience.most.count() / 1000) + " s",
          "see its state in the cloud's console");
    }
    if (!pause.wait(stop)) return fail(Errc::canceled, what);
  }
}

}  // namespace ferry
