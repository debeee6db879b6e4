// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One run of a plan on a real cluster, from the first process to the report.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "chaos/plan.hpp"
#include "chaos/report.hpp"
#include "chaos/undo.hpp"

namespace ferry::chaos {

struct RunOptions {
  Plan plan;
  std::uint64_t seed = 1;
  std::filesystem::path work;                        // exists, for this run alone
  std::function<void(const std::string&)> say = {};  // tells what happens, line by line
  const std::atomic<bool>* interrupted = nullptr;    // ends the run soon, everything undone
};

/// Fails if the run could not begin; a broken promise is in the report. When it returns,
/// all is undone that can be.
[[nodiscard]] Result<RunReport> run_plan(const RunOptions& options);

/// The file in `work` that says what a run still has to undo.
[[nodiscard]] std::filesystem::path undo_file(const std::filesystem::path& work);

}  // namespace ferry::chaos
