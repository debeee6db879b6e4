// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One run of a scenario from one seed, to its end or to the first broken promise.
#pragma once

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/scenario.hpp"
#include "simulation/world.hpp"

namespace ferry::sim {

struct RunOptions {
  std::uint64_t seed = 1;
  std::optional<Protection> without;
  std::ostream* trace = nullptr;
  bool detailed = false;
};

struct Outcome {
  std::optional<Violation> violation;
  std::vector<std::string> last_lines;  // of the trace, with a violation
  std::uint64_t digest = 0;             // of the whole trace
  std::uint64_t steps = 0;
  std::uint64_t frames = 0;
  std::uint64_t deaths = 0;
  std::uint64_t events = 0;  // journalled
  std::uint64_t jobs = 0;
  std::uint64_t finished = 0;
  std::int64_t virtual_us = 0;
  std::map<std::string, CrashPoint, std::less<>> crash_points;
};

[[nodiscard]] Outcome run_scenario(const Scenario& scenario, const RunOptions& options);

[[nodiscard]] std::optional<Protection> protection_of(std::string_view name);
[[nodiscard]] std::string_view to_string(Protection protection);

}  // namespace ferry::sim
