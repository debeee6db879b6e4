// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/workgroup_status.hpp"

#include <algorithm>

#include "actors/controller/job_states.hpp"

namespace ferry {
namespace {

const JobView* newest_of(const std::string& source, const std::vector<JobView>& jobs) {
  const auto newest = std::find_if(jobs.rbegin(), jobs.rend(), [&](const JobView& job) {
    return job.settings.source == source && job.status != status_text(JobState::deleting);
  });
  return newest == jobs.rend() ? nullptr : &*newest;
}

}  // namespace

WorkgroupStatus status_of(const WorkgroupView& workgroup, const std::vector<JobView>& jobs) {
  const auto finished = status_text(JobState::finished);
  const auto waiting = status_text(JobState::waiting);
  WorkgroupStatus told;
  std::size_t begun = 0;
  std::size_t ended = 0;
  std::size_t with_image = 0;
  for (const auto& source : workgroup.sources) {
    const auto* job = newest_of(source, jobs);
    if (job == nullptr) {
      told.unrelated.push_back(source);
      continue;
    }
    if (job->started_ms != 0) ++begun;
    if (job->status == finished) ++ended;
    if (job->status == finished || job->status == waiting) ++with_image;
    if (job->status == status_text(JobState::in_error)) told.in_error.push_back(source);
    if (job->boot.outcome == "failed") told.not_passed.push_back(source);
  }
  const auto all = workgroup.sources.size();
  told.status = begun == 0          ? "NotStarted"
                : ended == all      ? "Completed"
                : with_image == all ? "Cutover"
                                    : "InProgress";
  return told;
}

ShownWorkgroups shown(WorkgroupList list, const std::vector<JobView>& jobs) {
  ShownWorkgroups all;
  for (auto& workgroup : list.workgroups) {
    auto now = status_of(workgroup, jobs);
    all.workgroups.push_back({std::move(workgroup), std::move(now.status), std::move(now.in_error),
                              std::move(now.unrelated), std::move(now.not_passed)});
  }
  return all;
}

}  // namespace ferry
