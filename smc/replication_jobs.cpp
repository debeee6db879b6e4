// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Replication jobs: all actions on one that exists, but for its changes (job_wishes.cpp).
#include <algorithm>

#include "base/text.hpp"
#include "smc/job_answer.hpp"
#include "smc/listing.hpp"

namespace ferry {
namespace {

constexpr std::size_t jobs_max = 100;
constexpr std::size_t instances_max = 20;

struct JobFilter {
  std::vector<std::string> ids, sources, instances;
  std::vector<Tag> tags;
  std::string name, status, business_status, region, job_type, group;

  [[nodiscard]] bool takes(const JobView& job) const {
    const auto is = [](const std::string& wanted, const std::string& value) {
      return wanted.empty() || wanted == value;
    };
    const auto among = [](const std::vector<std::string>& wanted, const std::string& value) {
      return wanted.empty() || std::ranges::count(wanted, value) > 0;
    };
    const auto type = remembered(job, "JobType");
    const auto asked_region = remembered(job, "RegionId");
    return among(ids, job.id) && among(sources, job.settings.source) &&
           among(instances, remembered(job, "InstanceId")) && has_tags(job.settings.tags, tags) &&
           is(name, job.settings.name) && is(status, job.status) &&
           is(business_status, job.business_status) &&
           is(region, asked_region.empty() ? job.settings.region : asked_region) &&
           is(job_type, type.empty() ? "0" : type) && is(group, remembered(job, "ResourceGroupId"));
  }
};

ApiResult<JobFilter> job_filter(const Parameters& parameters) {
  JobFilter filter;
  const auto ids = parameters.list("JobId", jobs_max);
  if (!ids) return refuse(ids.error());
  const auto sources = parameters.list("SourceId", jobs_max);
  if (!sources) return refuse(sources.error());
  const auto instances = parameters.list("InstanceId", instances_max);
  if (!instances) return refuse(instances.error());
  const auto tags = tags_of(parameters);
  if (!tags) return refuse(tags.error());
  filter.ids = *ids;
  filter.sources = *sources;
  filter.instances = *instances;
  filter.tags = *tags;
  filter.name = parameters.text("Name");
  const auto status = parameters.choice("Status", {"Ready", "Running", "Stopped", "InError",
                                                   "Finished", "Waiting", "Expired", "Deleting"});
  if (!status) return refuse(status.error());
  filter.status = *status;
  const auto business_status =
      parameters.choice("BusinessStatus", {"Preparing", "Syncing", "Processing", "Cleaning"});
  if (!business_status) return refuse(business_status.error());
  filter.business_status = *business_status;
  const auto job_type = parameters.choice("JobType", {"0", "1", "2", "3"});
  if (!job_type) return refuse(job_type.error());
  filter.job_type = *job_type;
  filter.region = parameters.text("RegionId");
  filter.group = parameters.text("ResourceGroupId");
  return filter;
}

template <class Request>
ApiResult<Json> ask_job(const Call& call, const Request& request) {
  const auto done = call.controller.ask<JobView>("jobs", request);
  if (!done) return refuse(api_error(done.error(), about_jobs));
  return Json::object();
}

}  // namespace

ApiResult<Json> describe_replication_jobs(const Call& call) {
  const auto filter = job_filter(call.parameters);
  if (!filter) return refuse(filter.error());
  const auto page = page_of(call.parameters);
  if (!page) return refuse(page.error());
  auto jobs = all_jobs(call.controller);
  if (!jobs) return refuse(jobs.error());
  std::erase_if(*jobs, [&](const JobView& job) { return !filter->takes(job); });
  std::ranges::reverse(*jobs);  // the newest first
  const auto groups = memberships(call.controller);
  if (!groups) return refuse(groups.error());
  const auto total = jobs->size();
  auto items = Json::array();
  for (const auto& job : on_page(std::move(*jobs), *page)) {
    // Lists leave out runs and layouts.
    const auto whole = call.controller.ask<JobView>("jobs", GetJob{job.id});
    items.push_back(json_of(whole ? *whole : job, groups->of(job.settings.source)));
  }
  return listed("ReplicationJobs", "ReplicationJob", std::move(items), *page, total);
}

ApiResult<Json> start_replication_job(const Call& call) {
  const auto id = call.parameters.required("JobId");
  return id ? ask_job(call, StartJob{*id, ""}) : refuse(id.error());
}

ApiResult<Json> stop_replication_job(const Call& call) {
  const auto id = call.parameters.required("JobId");
  return id ? ask_job(call, PauseJob{*id}) : refuse(id.error());
}

ApiResult<Json> delete_replication_job(const Call& call) {
  const auto id = call.parameters.required("JobId");
  return id ? ask_job(call, DeleteJob{*id}) : refuse(id.error());
}

ApiResult<Json> cut_over_replication_job(const Call& call) {
  const auto id = call.parameters.required("JobId");
  if (!id) return refuse(id.error());
  const auto sync = call.parameters.flag("SyncData");
  return sync ? ask_job(call, CutOverJob{*id, sync->value_or(false)}) : refuse(sync.error());
}

}  // namespace ferry
