// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Judges a run: each promise of the plan with its verdict and the reasons. Nothing is asked
// of the cluster here.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "chaos/image_check.hpp"
#include "chaos/job_watch.hpp"
#include "chaos/observer.hpp"
#include "chaos/plan.hpp"
#include "chaos/report.hpp"

namespace ferry::chaos {

/// All that is known at the end.
struct Evidence {
  std::vector<JobWatch> jobs;
  std::vector<WatchedJob> details;
  std::vector<StrikeReport> strikes;
  std::map<std::string, ImageVerdict> images;  // by job
  std::vector<std::string> leftovers;
  std::vector<std::string> touched;
  std::uint32_t missing_jobs = 0;  // of those that the plan wants
  std::string trouble;             // why the last one could not be made
};

[[nodiscard]] std::vector<PromiseReport> judge(const PromisesPlan& promises,
                                               const Evidence& evidence);
[[nodiscard]] bool all_held(const std::vector<PromiseReport>& promises);

/// True if the job may end in its error by the plan.
[[nodiscard]] bool ended_as_planned(const PromisesPlan& promises, const JobView& job);

}  // namespace ferry::chaos
