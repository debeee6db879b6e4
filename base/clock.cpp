// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <atomic>
#include <chrono>

namespace ferry {
namespace {

std::atomic<std::int64_t (*)()> test_clock{nullptr};

template <class Clock, class Unit>
std::int64_t count() {
  return std::chrono::duration_cast<Unit>(Clock::now().time_since_epoch()).count();
}

}  // namespace

std::int64_t wall_ms() {
  if (auto* clock = test_clock.load()) return clock();
  return count<std::chrono::system_clock, std::chrono::milliseconds>();
}
std::int64_t steady_ms() {
  return count<std::chrono::steady_clock, std::chrono::milliseconds>();
}
std::int64_t steady_us() {
  return count<std::chrono::steady_clock, std::chrono::microseconds>();
}

void set_wall_clock_for_test(std::int64_t (*clock)()) { test_clock = clock; }

}  // namespace ferry
