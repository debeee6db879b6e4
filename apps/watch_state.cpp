// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/watch_state.hpp"

#include <algorithm>

#include "apps/list_filter.hpp"

namespace ferry {
namespace {

int rank(const JobView& job) {
  if (job.status == "InError") return 0;
  if (job.status == "Running") return 1;
  if (job.status == "Stopped") return 2;
  if (job.status == "Ready" || job.status == "Waiting") return 3;
  return 4;
}

}  // namespace

bool matches(const JobView& job, const std::string& filter) {
  return has_part(
      {job.id, job.settings.name, job.settings.source, job.status, job.business_status, job.image},
      filter);
}

std::vector<std::size_t> shown_jobs(const WatchedCluster& cluster, const std::string& filter) {
  std::vector<std::size_t> shown;
  for (std::size_t i = cluster.jobs.size(); i-- > 0;) {
    if (matches(cluster.jobs[i], filter)) shown.push_back(i);
  }
  std::ranges::stable_sort(shown, {}, [&](std::size_t i) { return rank(cluster.jobs[i]); });
  return shown;
}

const JobView* chosen_job(const WatchedCluster& cluster, const WatchView& view) {
  if (cluster.job && cluster.job->id == view.job) return &*cluster.job;
  const auto found = std::ranges::find(cluster.jobs, view.job, &JobView::id);
  return found == cluster.jobs.end() ? nullptr : &*found;
}

std::string phase_of(const JobView& job) {
  return job.business_status.empty() ? job.status : job.business_status;
}

}  // namespace ferry
