// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/job_answer.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "smc/listing.hpp"
#include "smc/source_answer.hpp"

namespace ferry {
namespace {

std::string time_of(std::int64_t ms) { return ms == 0 ? std::string{} : utc_text(ms); }

std::string or_else(std::string text, std::string_view other) {
  return text.empty() ? std::string{other} : text;
}

/// Of a number that is remembered as text.
std::uint64_t number_of(const JobView& job, std::string_view name) {
  const auto text = remembered(job, name);
  return text.empty() ? 0 : std::stoull(text);
}

/// The place of a planned partition on its source disk.
std::size_t place_of(const Layout& layout, const PlannedPartition& planned) {
  const auto disk = std::ranges::find(layout.source, planned.from_disk, &DiskInfo::index);
  if (disk == layout.source.end()) return 0;
  const auto found =
      std::ranges::find(disk->partitions, planned.from.offset, &PartitionInfo::offset);
  return static_cast<std::size_t>(found - disk->partitions.begin());
}

bool is_copied(const PlannedPartition& planned) {
  return planned.method == "block" || planned.method == "file";
}

Json parts_by_device(const Layout& layout, const PlannedDisk& disk) {
  auto parts = Json::array();
  for (const auto& planned : disk.partitions) {
    if (!is_copied(planned)) continue;
    parts.push_back({{"Device", device_of(planned.from_disk, place_of(layout, planned))},
                     {"SizeBytes", planned.size},
                     {"Block", planned.method == "block"}});
  }
  return parts;
}

Json disk_by_path(const PlannedDisk& disk) {
  auto parts = Json::array();
  for (const auto& planned : disk.partitions) {
    if (!is_copied(planned)) continue;
    parts.push_back({{"Path", planned.from.mount_point},
                     {"SizeBytes", planned.size},
                     {"Block", planned.method == "block"}});
  }
  return {{"DiskId", ""},
          {"Size", gib_of(disk.size)},
          {"LVM", !disk.volume_group.empty()},
          {"Parts", {{"Part", std::move(parts)}}}};
}

/// Those of its layout; without one each disk goes over whole.
std::vector<PlannedDisk> disks_of(const JobView& job) {
  if (!job.layout.disks.empty()) return job.layout.disks;
  std::vector<PlannedDisk> disks;
  for (const auto& disk : job.settings.disks) {
    auto& whole = disks.emplace_back();
    whole.index = disk.index;
    whole.size = disk.size;
  }
  return disks;
}

void put_disks(Json& answer, const JobView& job) {
  auto system_parts = Json::array();
  auto data_disks = Json::array();
  auto data = Json::array();
  Json system = Json::object();
  std::uint64_t system_gib = 0;
  for (const auto& disk : disks_of(job)) {
    if (disk.index == 0) {
      system_gib = gib_of(disk.size);
      system_parts = parts_by_device(job.layout, disk);
      system = disk_by_path(disk);
      continue;
    }
    data_disks.push_back({{"Index", disk.index},
                          {"Size", gib_of(disk.size)},
                          {"Parts", {{"Part", parts_by_device(job.layout, disk)}}}});
    data.push_back(disk_by_path(disk));
  }
  answer["SystemDiskSize"] = system_gib;
  answer["SystemDiskParts"] = {{"SystemDiskPart", std::move(system_parts)}};
  answer["DataDisks"] = {{"DataDisk", std::move(data_disks)}};
  answer["Disks"] = {{"System", std::move(system)}, {"Data", {{"Data", std::move(data)}}}};
}

/// What it does or why it stands still.
std::string status_info(const JobView& job) {
  if (job.error_code == 0) return job.step;
  return job.error + (job.fix.empty() ? "" : ". Fix: " + job.fix);
}

void put_state(Json& answer, const JobView& job) {
  answer["Status"] = job.status;
  answer["BusinessStatus"] = job.business_status;
  answer["Progress"] = job.progress;
  answer["ErrorCode"] = job.error_code == 0 ? "" : code_text(static_cast<Errc>(job.error_code));
  answer["StatusInfo"] = status_info(job);
  answer["ImageId"] = job.image;
  answer["TransitionInstanceId"] = job.machine.id.empty() ? job.instance : job.machine.id;
  answer["CreationTime"] = time_of(job.created_ms);
  answer["StartTime"] = time_of(job.started_ms);
  answer["EndTime"] = time_of(job.ended_ms);
  answer["ValidTime"] = time_of(job.settings.valid_until_ms);
  answer["ScheduledStartTime"] = time_of(job.settings.scheduled_start_ms);
  auto runs = Json::array();
  for (const auto& run : job.runs) {
    runs.push_back({{"ImageId", run.image},
                    {"StartTime", time_of(run.started_ms)},
                    {"EndTime", time_of(run.ended_ms)},
                    {"Type", run.type}});
  }
  answer["ReplicationJobRuns"] = {{"ReplicationJobRun", std::move(runs)}};
}

/// Parameters that mean nothing here are told as they came, and those of our own.
void put_remembered(Json& answer, const JobView& job) {
  for (const auto* name : {"InstanceId", "InstanceType", "VpcId", "VSwitchId", "LaunchTemplateId",
                           "LaunchTemplateVersion", "InstanceRamRole", "ContainerNamespace",
                           "ContainerRepository", "ContainerTag", "LicenseType", "ResourceGroupId",
                           "TransitRegionId", "OSSBucket", "UploadDiagnosticLogs"}) {
    answer[name] = remembered(job, name);
  }
  const auto& instance = job.settings.machine.instance;
  if (!instance.empty()) answer["InstanceId"] = instance;
  answer["NetMode"] = number_of(job, "NetMode");
  answer["JobType"] = number_of(job, "JobType");
  answer["EnsImageRegionId"] = job.settings.region;
  answer["OSSPrefix"] = job.settings.image_prefix;
  answer["SslMode"] = job.settings.transfer.ssl;
}

}  // namespace

std::string replication_parameters(const TransferSettings& transfer) {
  constexpr std::uint64_t kbit_per_mbit = 1000;
  return text_of({{"bandwidth_limit", transfer.bandwidth_mbps * kbit_per_mbit},
                  {"compress_level", transfer.compression},
                  {"checksum", transfer.checksum}});
}

Json json_of(const JobView& job, const std::string& workgroup) {
  const auto& settings = job.settings;
  Json answer{
      {"JobId", job.id},
      {"SourceId", settings.source},
      {"Name", settings.name},
      {"Description", settings.description},
      {"RegionId", or_else(remembered(job, "RegionId"), settings.region)},
      {"TargetType", or_else(remembered(job, "TargetType"),
                             settings.machine.instance.empty() ? "Image" : "TargetInstance")},
      {"ImageName", settings.image_name},
      {"RunOnce", settings.run_once},
      {"Frequency", settings.frequency_hours},
      {"MaxNumberOfImageToKeep", settings.images_to_keep},
      {"ReplicationParameters", replication_parameters(settings.transfer)},
      {"WorkgroupId", workgroup},
      {"Tags", json_of(settings.tags)}};
  put_state(answer, job);
  put_remembered(answer, job);
  put_disks(answer, job);
  return answer;
}

}  // namespace ferry
