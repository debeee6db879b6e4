// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Making a replication job, and changing one.
#include <algorithm>

#include "actors/controller/job_plan.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "smc/disk_wishes.hpp"
#include "smc/job_parameters.hpp"
#include "smc/listing.hpp"

namespace ferry {
namespace {

/// Tokens of the API and of the command line are not the same ones. Without one each request is
/// one of its own.
ApiResult<std::string> client_token(const Parameters& parameters) {
  const auto token = parameters.client_token();
  if (!token) return refuse(token.error());
  return token->empty() ? random_id("smc") : "smc:" + *token;
}

/// From the token, so that the same request is told the same name.
std::string default_name(const std::string& token) {
  constexpr std::size_t length = 8;
  return "smc-" + to_hex(sha256(token)).substr(0, length);
}

ApiResult<SourceView> find_source(const ControllerLink& controller, const std::string& id) {
  auto known = controller.ask<SourceList>("sources", ListSources{id});
  if (!known) return refuse(api_error(known.error(), about_sources));
  if (known->sources.empty()) {
    return refuse(
        api_error({Errc::not_found, "there is no source server " + id, {}}, about_sources));
  }
  return known->sources.front();
}

ApiResult<bool> put_runs(const Parameters& parameters, const JobParameters& told,
                         JobSettings& settings) {
  const auto once = parameters.flag("RunOnce");
  if (!once) return refuse(once.error());
  settings.run_once = once->value_or(true);
  if (settings.run_once) return true;  // the others mean nothing then
  if (!told.frequency_hours) return missing("Frequency");
  settings.frequency_hours = static_cast<std::uint32_t>(*told.frequency_hours);
  settings.images_to_keep = static_cast<std::uint32_t>(told.images_to_keep.value_or(0));
  return true;
}

ApiResult<bool> put_times(const JobParameters& told, JobSettings& settings) {
  settings.scheduled_start_ms = told.scheduled_start_ms.value_or(0);
  if (!told.valid_until_ms) return true;
  settings.valid_until_ms = *told.valid_until_ms;
  const auto now_ms = wall_ms();
  if (auto good = check_validity(settings.valid_until_ms, now_ms, now_ms); !good) {
    return invalid("ValidTime", good.error().what);
  }
  return true;
}

/// By its name in the cluster file, or by the one that it has in OSS. Where there is one bucket
/// only, it is that, whatever is asked for; the parameter is told again.
ApiResult<std::string> bucket_of(const Call& call) {
  const auto wanted = call.parameters.text("OSSBucket");
  if (wanted.empty() || call.config.buckets.empty()) return std::string{};
  for (const auto* bucket : all_buckets(call.config)) {
    if (bucket->name == wanted || bucket->bucket == wanted) return bucket->name;
  }
  return invalid("OSSBucket", "The cluster has no such bucket.");
}

ApiResult<JobSettings> settings_of(const Call& call, const std::string& token) {
  const auto& parameters = call.parameters;
  const auto told = job_parameters(parameters);
  if (!told) return refuse(told.error());
  JobSettings settings;
  settings.source = parameters.text("SourceId");
  settings.name = told->name.empty() ? default_name(token) : told->name;
  settings.description = told->description;
  settings.image_name = told->image_name;
  settings.image_prefix = parameters.text("OSSPrefix");
  auto bucket = bucket_of(call);
  if (!bucket) return refuse(bucket.error());
  settings.bucket = std::move(*bucket);
  settings.remembered = told->remembered;
  settings.license = parameters.text("LicenseType");
  const auto uploads = parameters.flag("UploadDiagnosticLogs");
  if (!uploads) return refuse(uploads.error());
  settings.diagnostic_logs = uploads->value_or(true);
  settings.machine = machine_wish(parameters, {});
  auto region = image_region(parameters);
  if (!region) return refuse(region.error());
  settings.region = *region;
  auto tags = tags_of(parameters);
  if (!tags) return refuse(tags.error());
  settings.tags = std::move(*tags);
  if (auto done = read_transfer(parameters, settings.transfer); !done) return refuse(done.error());
  if (auto done = put_runs(parameters, *told, settings); !done) return refuse(done.error());
  if (auto done = put_times(*told, settings); !done) return refuse(done.error());
  return settings;
}

}  // namespace

ApiResult<Json> create_replication_job(const Call& call) {
  const auto& parameters = call.parameters;
  for (const std::string name : {"RegionId", "SourceId"}) {
    if (auto there = parameters.required(name); !there) return refuse(there.error());
  }
  const auto token = client_token(parameters);
  if (!token) return refuse(token.error());
  auto settings = settings_of(call, *token);
  if (!settings) return refuse(settings.error());
  const auto source = find_source(call.controller, settings->source);
  if (!source) return refuse(source.error());
  auto layout = disk_wishes(parameters, source->inventory);
  if (!layout) return refuse(layout.error());
  settings->layout = std::move(*layout);
  const auto made = call.controller.ask<JobView>("jobs", CreateJob{*token, *settings, true});
  if (!made) return refuse(api_error(made.error(), about_jobs));
  return Json{{"JobId", made->id}};
}

ApiResult<Json> modify_replication_job(const Call& call) {
  const auto& parameters = call.parameters;
  const auto id = parameters.required("JobId");
  if (!id) return refuse(id.error());
  const auto told = job_parameters(parameters);
  if (!told) return refuse(told.error());
  const auto job = call.controller.ask<JobView>("jobs", GetJob{*id});
  if (!job) return refuse(api_error(job.error(), about_jobs));
  ModifyJob change{.job = *id, .transfer = job->settings.transfer};
  change.keep_transfer = !parameters.has("ReplicationParameters") && !parameters.has("SslMode");
  if (auto done = read_transfer(parameters, change.transfer); !done) return refuse(done.error());
  change.name = told->name;
  change.set_description = parameters.has("Description");
  change.description = told->description;
  change.image_name = told->image_name;
  change.unique_image_name = true;
  change.scheduled_start_ms = told->scheduled_start_ms.value_or(-1);
  change.valid_until_ms = told->valid_until_ms.value_or(0);
  change.frequency_hours = static_cast<std::uint32_t>(told->frequency_hours.value_or(0));
  change.images_to_keep = static_cast<std::uint32_t>(told->images_to_keep.value_or(0));
  change.remember = told->remembered;
  // These don't change; SDKs of version 1 put the region into every request.
  std::erase_if(change.remember, [](const Tag& tag) {
    return tag.key == "RegionId" || tag.key == "JobType" || tag.key == "LicenseType";
  });
  change.machine = machine_wish(parameters, job->settings.machine);
  change.set_machine = to_msgpack(change.machine) != to_msgpack(job->settings.machine);
  change.set_layout = wishes_disks(parameters);
  if (change.set_layout) {
    const auto source = find_source(call.controller, job->settings.source);
    if (!source) return refuse(source.error());
    auto layout = disk_wishes(parameters, source->inventory);
    if (!layout) return refuse(layout.error());
    change.layout = std::move(*layout);
  }
  const auto done = call.controller.ask<JobView>("jobs", change);
  if (!done) return refuse(api_error(done.error(), about_jobs));
  return Json::object();
}

}  // namespace ferry
