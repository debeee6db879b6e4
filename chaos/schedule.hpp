// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// When each fault of a plan strikes, and with which dice. All of it is drawn from the seed
// before the run, so that the same seed gives the same schedule whatever happens.
#pragma once

#include <cstdint>
#include <vector>

#include "chaos/plan.hpp"

namespace ferry::chaos {

inline constexpr std::size_t strikes_max = 10'000;

struct Strike {
  std::uint64_t at_ms = 0;
  std::size_t fault = 0;   // index into the plan
  std::uint64_t dice = 0;  // for what the fault itself leaves to chance

  friend bool operator==(const Strike&, const Strike&) = default;
};

/// Returns the strikes in the order of their times.
[[nodiscard]] std::vector<Strike> schedule(const Plan& plan, std::uint64_t seed);

}  // namespace ferry::chaos
