// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry chaos`: faults on a real cluster, and whether its promises hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ferry {

struct ChaosWords {
  std::string plan;
  std::optional<std::uint32_t> seed;
  std::string report_file;
  bool json = false;
};

/// Returns 0 if all promises held, 1 if one broke or the run failed, 78 for a bad plan.
/// Call it before the program has started a thread.
[[nodiscard]] int chaos_run(const ChaosWords& words);
/// Checks a plan and prints its schedule; nothing starts.
[[nodiscard]] int chaos_check(const ChaosWords& words);
[[nodiscard]] int chaos_list_faults(bool json);
/// Does what a run that was killed left to do; `work` is its folder.
[[nodiscard]] int chaos_undo(const std::string& work, bool json);

}  // namespace ferry
