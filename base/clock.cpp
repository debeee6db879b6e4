// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <atomic>
#include <chrono>

#include "base/simulation.hpp"

namespace ferry {
namespace {

std::atomic<std::int64_t> wall_ahead_ms{0};
std::atomic<std::int64_t> steady_ahead_ms{0};

template <class Clock, class Unit>
std::int64_t count() {
  return std::chrono::duration_cast<Unit>(Clock::now().time_since_epoch()).count();
}

}  // namespace

std::int64_t wall_ms() {
  if (auto* world = simulation()) return world->wall_ms();
  return count<std::chrono::system_clock, std::chrono::milliseconds>() + wall_ahead_ms;
}
std::int64_t steady_ms() {
  if (auto* world = simulation()) return world->steady_us() / 1000;
  return count<std::chrono::steady_clock, std::chrono::milliseconds>() + steady_ahead_ms;
}
std::int64_t steady_us() {
  if (auto* world = simulation()) return world->steady_us();
  return count<std::chrono::steady_clock, std::chrono::microseconds>() + steady_ahead_ms * 1000;
}

void set_clocks_ahead_for_test(std::int64_t wall, std::int64_t steady) {
  wall_ahead_ms = wall;
  steady_ahead_ms = steady;
}

}  // namespace ferry
