// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/schedule.hpp"

#include <algorithm>
#include <random>

namespace ferry::chaos {
namespace {

/// As std::uniform_int_distribution, whose numbers differ between standard libraries.
std::uint64_t below(std::mt19937_64& engine, std::uint64_t bound) { return engine() % bound; }

std::uint64_t shaken(std::uint64_t at_ms, std::uint64_t jitter_ms, std::mt19937_64& engine) {
  const auto moved = at_ms + below(engine, 2 * jitter_ms + 1);
  return moved > jitter_ms ? moved - jitter_ms : 0;
}

}  // namespace

std::vector<Strike> schedule(const Plan& plan, std::uint64_t seed) {
  std::vector<Strike> strikes;
  for (std::size_t index = 0; index < plan.faults.size(); ++index) {
    const auto& fault = plan.faults[index];
    // A stream for each fault, so that changing one leaves the others as they were.
    std::mt19937_64 engine{seed * plan_faults_max + index};
    const std::size_t count = fault.every_ms == 0 ? 1
                              : fault.count == 0  ? strikes_max
                                                  : fault.count;
    for (std::size_t i = 0; i < count && strikes.size() < strikes_max; ++i) {
      const auto at_ms = shaken(fault.at_ms + i * fault.every_ms, fault.jitter_ms, engine);
      const bool happens = below(engine, 100) < fault.chance;
      const auto dice = engine();
      if (at_ms > plan.duration_ms) break;
      if (happens) strikes.push_back({at_ms, index, dice});
    }
  }
  std::ranges::stable_sort(strikes, {}, &Strike::at_ms);
  return strikes;
}

}  // namespace ferry::chaos
