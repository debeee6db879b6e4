// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/job_options.hpp"

#include <CLI/CLI.hpp>

#include "apps/exclude_options.hpp"
#include "apps/layout_options.hpp"

namespace ferry {

namespace {

constexpr int merges_max = 3;

/// Of a job that is not Ready any more they can't be changed.
void add_image_settings(CLI::App& sub, JobWords& wish) {
  sub.add_option("--image-name", wish.job.image_name, "Name of the ENS image; default: the job's");
  sub.add_flag("--unique-image-name", wish.unique_image_name,
               "Refuse a name that the image of another unfinished job is to have");
  add_layout_options(sub, wish.layout);
}

void add_machine_settings(CLI::App& sub, MachineWish& machine) {
  sub.add_option("--machine-type", machine.type,
                 "Type of the machine that is rented for the job, such as ecs.g6.large");
  sub.add_option("--instance", machine.instance,
                 "Instance of ECS that is used for the job instead, and that stays: i-...");
  sub.add_option("--vswitch", machine.vswitch, "vSwitch in which that machine stands");
  sub.add_flag("--private-network", machine.private_network,
               "The source server reaches that machine within its VPC only");
}

}  // namespace

void add_create_options(CLI::App& create, JobWords& wish) {
  create.add_option("--source", wish.job.source, "s-...")->type_name("SOURCE")->required();
  create.add_option("--bucket", wish.job.bucket,
                    "Bucket of the cluster file in which images lie until they are imported");
  create.add_option("--image-prefix", wish.job.image_prefix, "Prefix of objects in the bucket");
  create.add_option("--region", wish.job.region, "cn-beijing or ap-southeast-1");
  create
      .add_option("--license", wish.job.license,
                  "BYOL: you bring the licence of the system in the image; default: the cloud's")
      ->check(CLI::IsMember({"BYOL"}));
  add_exclude_options(create, wish.excludes);
  create.add_flag("--no-adaptive", wish.no_adaptive,
                  "Keep the compression level whatever the link does");
  create.add_option("--at", wish.start_at,
                    "When it starts by itself, such as 2026-12-01T02:00:00Z, within 30 days");
  create.add_option("--client-token", wish.client_token,
                    "The same token and parameters again make no second job");
}

void add_job_settings(CLI::App& sub, JobWords& wish) {
  add_image_settings(sub, wish);
  add_machine_settings(sub, wish.job.machine);
  auto& transfer = wish.job.transfer;
  sub.add_option("--name", wish.job.name, "Name of the job, unique among unfinished ones");
  sub.add_option("--description", wish.job.description, "Any text");
  sub.add_option("--tag", wish.tags.put, "KEY=VALUE; may be given many times");
  sub.add_option("--bandwidth", transfer.bandwidth_mbps,
                 "Speed limit in Mbps on the network; 0: none");
  sub.add_option("--compression", transfer.compression, "0 (none) to 10")->capture_default_str();
  sub.add_option("--ssl", transfer.ssl, "Sealing of the data link")
      ->check(CLI::IsMember({"auto", "on", "off"}))
      ->capture_default_str();
  sub.add_option("--checksum", wish.checksum,
                 "on: read the target back after every pass; off: after the last one only")
      ->check(CLI::IsMember({"on", "off"}));
  sub.add_option("--valid-days", wish.valid_days,
                 "Days after its creation when a job that stands still expires, 7..90; default 30")
      ->check(CLI::Range(limits::validity_min.count(), limits::validity_max.count()));
  sub.add_option("--every", wish.job.frequency_hours,
                 "Hours between two runs, 1..168, each with an image of its own, until cut-over")
      ->check(CLI::Range(1U, limits::frequency_hours_max));
  sub.add_option("--keep", wish.job.images_to_keep,
                 "Newest images that are kept, 1..10; with --every")
      ->check(CLI::Range(1U, limits::images_to_keep_max));
  sub.add_option("--fixups", wish.job.fixups,
                 "auto (default): images are made fit to boot elsewhere; off: they are copies")
      ->check(CLI::IsMember({"auto", "off"}));
  sub.add_option(
         "--network", wish.job.network,
         "Of images: dhcp (default): any card asks for its address; keep: names stay; as-is")
      ->check(CLI::IsMember({"dhcp", "keep", "as-is"}));
  sub.add_option(
         "--boot-proof", wish.job.boot_proof,
         "Of images: required: one that does not boot stops the job; warn: it is told; off; "
         "default: the cluster file's")
      ->check(CLI::IsMember({"required", "warn", "off"}));
  sub.add_option("--diagnostic-logs", wish.diagnostic_logs,
                 "on (default): the agent's log lines are kept here at the job's end; off: not")
      ->check(CLI::IsMember({"on", "off"}));
}

int create_job(Operator& op, const JobWords& wish) {
  const auto request = create_request(wish);
  return request ? job_create(op, *request) : print_error(request.error(), op.json);
}

int modify_job(Operator& op, const std::string& job, const JobWords& wish,
               const CLI::App& command) {
  const auto is_set = [&](const std::string& option) { return command.count(option) > 0; };
  for (int i = 1;; ++i) {
    auto view = op.client.ask<JobView>("jobs", GetJob{job});
    if (!view) return print_error(view.error(), op.json);
    const auto request = modify_request(wish, *view, is_set);
    if (!request) return print_error(request.error(), op.json);
    auto done = op.client.ask<JobView>("jobs", *request);
    // Somebody else changed it between the look and the change: what was merged is out of date.
    const bool again = !done && wish.if_version == 0 && i < merges_max &&
                       done.error().code == Errc::changed_meanwhile;
    if (!again) return job_modified(op, done);
  }
}

}  // namespace ferry
