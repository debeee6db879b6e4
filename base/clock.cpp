// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <atomic>
#include <chrono>

namespace ferry {
namespace {

std::atomic<std::int64_t (*)()> test_clock{nullptr};

template <class Clock>
std::int64_t milliseconds() {
  const auto now = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

std::int64_t wall_ms() {
  if (auto* clock = test_clock.load()) return clock();
  return milliseconds<std::chrono::system_clock>();
}
std::int64_t steady_ms() { return milliseconds<std::chrono::steady_clock>(); }

void set_wall_clock_for_test(std::int64_t (*clock)()) { test_clock = clock; }

}  // namespace ferry
