// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Source servers: the actions on them. How one is told is in source_answer.cpp.
#include <algorithm>
#include <map>

#include "actors/controller/user_words.hpp"
#include "smc/listing.hpp"
#include "smc/source_answer.hpp"

namespace ferry {
namespace {

constexpr std::size_t source_ids_max = 100;

struct SourceFilter {
  std::vector<std::string> ids;
  std::vector<std::string> job_types;
  std::vector<Tag> tags;
  std::string job, name, state, group, workgroup;

  [[nodiscard]] bool takes(const SourceView& source, const JobView* latest,
                           const Memberships& groups) const {
    const auto type = latest == nullptr ? std::string{} : remembered(*latest, "JobType");
    const auto is = [](const std::string& wanted, const std::string& value) {
      return wanted.empty() || wanted == value;
    };
    return (ids.empty() || std::ranges::count(ids, source.id) > 0) && is(name, api_name(source)) &&
           is(state, api_state(source)) && is(job, latest == nullptr ? "" : latest->id) &&
           is(group, source.resource_group) && is(workgroup, groups.of(source.id)) &&
           has_tags(source.tags, tags) &&
           (job_types.empty() ||
            (latest != nullptr && std::ranges::count(job_types, type.empty() ? "0" : type) > 0));
  }
};

ApiResult<SourceFilter> source_filter(const Parameters& parameters) {
  const auto ids = parameters.list("SourceId", source_ids_max);
  if (!ids) return refuse(ids.error());
  const auto types = parameters.list("RelatedJobType", source_ids_max);
  if (!types) return refuse(types.error());
  const auto tags = tags_of(parameters);
  if (!tags) return refuse(tags.error());
  const auto state = parameters.choice("State", {"Unavailable", "Available", "InUse", "Deleting"});
  if (!state) return refuse(state.error());
  return SourceFilter{*ids,
                      *types,
                      *tags,
                      parameters.text("JobId"),
                      parameters.text("Name"),
                      *state,
                      parameters.text("ResourceGroupId"),
                      parameters.text("WorkgroupId")};
}

/// Of each source server, also a job that is over.
using LatestJobs = std::map<std::string, const JobView*>;

LatestJobs latest_of(const std::vector<JobView>& jobs) {
  LatestJobs latest;
  for (const auto& job : jobs) latest[job.settings.source] = &job;
  return latest;
}

/// The answer with all that its agent told, which lists leave out.
Json told(const SourceView& source, const JobView* latest, const std::string& workgroup,
          const ControllerLink& controller) {
  const auto whole = controller.ask<SourceList>("sources", ListSources{source.id});
  const bool there = whole && !whole->sources.empty();
  return json_of(there ? whole->sources.front() : source, latest, workgroup);
}

}  // namespace

ApiResult<Json> describe_source_servers(const Call& call) {
  const auto filter = source_filter(call.parameters);
  if (!filter) return refuse(filter.error());
  const auto page = page_of(call.parameters);
  if (!page) return refuse(page.error());
  const auto jobs = all_jobs(call.controller);
  if (!jobs) return refuse(jobs.error());
  const auto latest = latest_of(*jobs);
  const auto groups = memberships(call.controller);
  if (!groups) return refuse(groups.error());
  auto all = call.controller.ask<SourceList>("sources", ListSources{});
  if (!all) return refuse(api_error(all.error(), about_sources));
  const auto job_of = [&](const SourceView& source) {
    const auto found = latest.find(source.id);
    return found == latest.end() ? nullptr : found->second;
  };
  std::erase_if(all->sources,
                [&](const SourceView& s) { return !filter->takes(s, job_of(s), *groups); });
  std::ranges::sort(all->sources, [](const SourceView& a, const SourceView& b) {
    return std::tie(b.created_ms, a.id) < std::tie(a.created_ms, b.id);  // the newest first
  });
  const auto total = all->sources.size();
  auto items = Json::array();
  for (const auto& source : on_page(std::move(all->sources), *page)) {
    items.push_back(told(source, job_of(source), groups->of(source.id), call.controller));
  }
  return listed("SourceServers", "SourceServer", std::move(items), *page, total);
}

ApiResult<Json> modify_source_server(const Call& call) {
  const auto& parameters = call.parameters;
  const auto id = parameters.required("SourceId");
  if (!id) return refuse(id.error());
  ModifySource change{.source = *id, .name = parameters.text("Name")};
  if (!change.name.empty() && !check_name("name", change.name)) return invalid("Name");
  change.set_description = parameters.has("Description");
  change.description = parameters.text("Description");
  const bool is_address =
      change.description.starts_with("http://") || change.description.starts_with("https://");
  if (is_address || !check_description(change.description)) return invalid("Description");
  change.set_resource_group = parameters.has("ResourceGroupId");
  change.resource_group = parameters.text("ResourceGroupId");
  if (!check_resource_group(change.resource_group)) return invalid("ResourceGroupId");
  const auto done = call.controller.ask<SourceList>("sources", change);
  if (!done) return refuse(api_error(done.error(), about_sources));
  return Json::object();
}

ApiResult<Json> delete_source_server(const Call& call) {
  const auto id = call.parameters.required("SourceId");
  if (!id) return refuse(id.error());
  const auto force = call.parameters.flag("Force");
  if (!force) return refuse(force.error());
  const auto known = call.controller.ask<SourceList>("sources", ListSources{*id});
  if (!known) return refuse(api_error(known.error(), about_sources));
  const auto jobs = all_jobs(call.controller);
  if (!jobs) return refuse(jobs.error());
  std::vector<std::string> related;
  std::string names;
  for (const auto& job : *jobs) {
    if (job.settings.source != *id) continue;
    if (job.status == "Running") {
      return refuse(400, "SourceServer.WithRunningReplicationJob",
                    "The specified source server has related replication jobs that are running.");
    }
    if (job.status == "Deleting") continue;
    related.push_back(job.id);
    names += (names.empty() ? "" : ", ") + job.id;
  }
  if (!related.empty() && !force->value_or(false)) {
    return refuse(400, "ReplicationJob.Related",
                  "The specified source server has related replication jobs. Please delete "
                  "replication jobs: " +
                      names + " before delete this source server.");
  }
  for (const auto& job : related) {
    const auto deleted = call.controller.ask<JobView>("jobs", DeleteJob{job});
    if (!deleted) return refuse(api_error(deleted.error(), about_jobs));
  }
  const auto done = call.controller.ask<Done>("sources", DeleteSource{*id, true});
  if (!done) return refuse(api_error(done.error(), about_sources));
  return Json::object();
}

}  // namespace ferry
