// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Migration jobs: finding and looking at them. What is done with them is in job_actions.cpp.
#include <set>

#include "console/lists.hpp"
#include "messages/boot_log.hpp"
#include "messages/certificate.hpp"
#include "messages/diagnostics.hpp"
#include "messages/resource.hpp"
#include "messages/workgroup.hpp"

namespace ferry {
namespace {

Result<std::set<std::string>> members(const ConsoleCall& call, const std::string& workgroup) {
  const auto found = call.controller.ask<WorkgroupList>("workgroups", ListWorkgroups{workgroup});
  if (!found) return fail(found.error());
  std::set<std::string> sources;
  for (const auto& view : found->workgroups)
    sources.insert(view.sources.begin(), view.sources.end());
  return sources;
}

Result<ConsoleReply> list_jobs(const ConsoleCall& call) {
  auto all = every_job(call.controller);
  if (!all) return fail(all.error());
  const auto& query = call.query;
  const auto workgroup = query.text("workgroup");
  const auto of_group =
      workgroup.empty() ? Result<std::set<std::string>>{} : members(call, workgroup);
  if (!of_group) return fail(of_group.error());
  const auto search = query.text("search");
  const auto status = query.text("status");
  const auto source = query.text("source");
  const auto tags = tag_filters(query);
  std::erase_if(*all, [&](const JobView& job) {
    const auto& settings = job.settings;
    const bool found = match_text(search, {job.id, settings.name, settings.description,
                                           settings.source, settings.image_name, job.image});
    return !found || !(status.empty() || job.status == status) ||
           !(source.empty() || settings.source == source) || !match_tags(settings.tags, tags) ||
           !(workgroup.empty() || of_group->contains(settings.source));
  });
  if (query.flag("newest_first")) std::ranges::reverse(*all);
  JobList page{std::move(*all)};
  page.total = static_cast<std::uint32_t>(page.jobs.size());
  cut_to_page(page.jobs, query);
  return reply(page);
}

Result<ConsoleReply> get_job(const ConsoleCall& call) {
  return ask_and_reply<JobView>(call, "jobs", GetJob{call.ids[0]});
}

Result<ConsoleReply> job_events(const ConsoleCall& call) {
  const auto job = call.controller.ask<JobView>("jobs", GetJob{call.ids[0]});
  if (!job) return fail(job.error());
  return ask_and_reply<EventList>(call, "jobs",
                                  ListEvents{call.ids[0], call.query.number("after", 0)});
}

Result<ConsoleReply> job_resources(const ConsoleCall& call) {
  const auto job = call.controller.ask<JobView>("jobs", GetJob{call.ids[0]});
  if (!job) return fail(job.error());
  auto all =
      call.controller.ask<ResourceList>("janitor", ListResources{false, call.query.flag("all")});
  if (!all) return fail(all.error());
  std::erase_if(all->resources,
                [&](const ResourceView& resource) { return resource.job != call.ids[0]; });
  return reply(*all);
}

/// The file as it lies beside the image, byte for byte: its signature is over these.
Result<ConsoleReply> certificate(const ConsoleCall& call) {
  const auto answer = call.controller.ask<CertificateFile>("jobs", GetCertificate{call.ids[0]});
  if (!answer) return fail(answer.error());
  ConsoleReply file{{answer->certificate.begin(), answer->certificate.end()}};
  file.headers.push_back(
      {"Content-Disposition", "attachment; filename=\"" + answer->image + ".certificate.json\""});
  return file;
}

/// The guest's words, whatever they are: text that nothing takes for a page.
Result<ConsoleReply> boot_log(const ConsoleCall& call) {
  const auto answer = call.controller.ask<BootLog>("jobs", GetBootLog{call.ids[0]});
  if (!answer) return fail(answer.error());
  return ConsoleReply{{answer->console.begin(), answer->console.end()}};
}

/// All of it is held for a moment: limits::bundle_bytes_max bounds that.
Result<ConsoleReply> diagnostics(const ConsoleCall& call) {
  const auto& controller = call.controller;
  const auto made = controller.ask<DiagnosticsMade>("diagnostics", MakeDiagnostics{call.ids[0]});
  if (!made) return fail(made.error());
  ConsoleReply file;
  while (file.body.size() < made->bytes) {
    const auto part = controller.ask<DiagnosticsPart>(
        "diagnostics", GetDiagnosticsPart{made->bundle, file.body.size()});
    if (!part) return fail(part.error());
    if (part->data.empty()) return fail(Errc::internal, "the bundle ends too early");
    file.body.append(part->data.begin(), part->data.end());
  }
  file.headers.push_back({"Content-Disposition", "attachment; filename=\"" + made->file + "\""});
  return file;
}

Json certificate_schema(Json&) {
  return {{"type", "object"},
          {"description", "docs/certificate.md"},
          {"properties", Json::object()},
          {"additionalProperties", true}};
}

}  // namespace

std::vector<ConsoleRoute> job_routes() {
  using enum AccessRole;
  using enum ConsoleWord::Kind;
  const ConsoleWord search{"search",
                           "part of an id, a name, a description, a source server, or an image"};
  const ConsoleWord status{
      "status", "Ready, Running, Stopped, InError, Waiting, Finished, Expired or Deleting"};
  const ConsoleWord source{"source", "id of a source server"};
  const ConsoleWord tag{"tag", "KEY or KEY=VALUE", text, true};
  const ConsoleWord workgroup{"workgroup", "id of a workgroup"};
  const ConsoleWord newest{"newest_first", "true, or false: oldest first", flag};
  const ConsoleWord after{"after", "number of the last event that is known", number};
  const ConsoleWord closed{"all", "true: those that have ended, too", flag};
  return {
      {"GET", "/jobs", "listJobs", "Migration jobs, as far as lists tell", viewer, told<JobList>,
       list_jobs, nullptr, with_page({search, status, source, tag, workgroup, newest})},
      {"GET", "/jobs/{job}", "getJob", "One of them", viewer, told<JobView>, get_job},
      {"GET",
       "/jobs/{job}/events",
       "listJobEvents",
       "Its history, oldest first",
       viewer,
       told<EventList>,
       job_events,
       nullptr,
       {after}},
      {"GET",
       "/jobs/{job}/resources",
       "listJobResources",
       "Its temporary resources: what the ledger has, and what of it is there",
       viewer,
       told<ResourceList>,
       job_resources,
       nullptr,
       {closed}},
      {"GET", "/jobs/{job}/certificate", "getJobCertificate",
       "The signed certificate of its newest image", viewer, certificate_schema, certificate},
      {.method = "GET",
       .path = "/jobs/{job}/boot-log",
       .operation = "getJobBootLog",
       .summary = "The end of the serial console of its newest boot proof, at most 64 KiB",
       .run = boot_log,
       .type = "text/plain; charset=utf-8"},
      {.method = "GET",
       .path = "/jobs/{job}/diagnostics",
       .operation = "getJobDiagnostics",
       .summary = "All that is known of it, without secrets, as a .tar.gz file",
       .role = operator_,
       .run = diagnostics,
       .type = "application/gzip",
       .audited = true},
  };
}

}  // namespace ferry
