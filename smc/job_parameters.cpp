// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/job_parameters.hpp"

#include <algorithm>
#include <array>

#include "actors/controller/job_plan.hpp"
#include "actors/controller/user_words.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

constexpr std::array regions{std::string_view{"cn-beijing"}, std::string_view{"ap-southeast-1"}};
constexpr std::uint64_t kbit_per_mbit = 1000;
constexpr std::size_t remembered_value_max = 256;

/// The JSON of ReplicationParameters; what is absent stays as it is.
struct SmtParameters {
  std::uint64_t bandwidth_limit = 0;  // Kbit/s; 0: unlimited
  std::uint32_t compress_level = 0;
  bool checksum = false;
  FERRY_FIELDS(bandwidth_limit, compress_level, checksum)
};

constexpr std::string_view target_instance = "targetinstance";

/// Images of whole servers are all that is made here, whatever they are called.
ApiResult<bool> check_target(const Parameters& parameters) {
  const auto type = lower(parameters.text("TargetType"));
  if (!type.empty() && type != "image" && type != "ensimage" && type != target_instance) {
    return invalid("TargetType",
                   "This service makes ENS images only: use Image, EnsImage or TargetInstance.");
  }
  if (type == target_instance && !parameters.has("InstanceId")) return missing("InstanceId");
  const auto job_type = parameters.number("JobType", 0, 3);
  if (!job_type) return refuse(job_type.error());
  if (job_type->value_or(0) != 0) {
    return invalid("JobType", "This service migrates servers only: use 0.");
  }
  const auto license = parameters.choice("LicenseType", {"BYOL"});
  if (!license) return refuse(license.error());
  return true;
}

ApiResult<bool> check_network(const Parameters& parameters) {
  const auto mode = parameters.number("NetMode", 0, 2);
  if (!mode) return refuse(mode.error());
  if (mode->value_or(0) == 1) return invalid("NetMode", "It must be 0 or 2.");
  const bool stands_somewhere = lower(parameters.text("TargetType")) == target_instance;
  if (mode->value_or(0) == 2 && !stands_somewhere && !parameters.has("VSwitchId")) {
    return missing("VSwitchId");
  }
  return true;
}

/// Parameters that are told again and have no effect (docs/smc-api.md).
ApiResult<std::vector<Tag>> remembered_of(const Parameters& parameters) {
  std::vector<Tag> remembered;
  for (const std::string name :
       {"RegionId", "TargetType", "JobType", "InstanceId", "InstanceType", "NetMode", "VpcId",
        "VSwitchId", "LaunchTemplateId", "LaunchTemplateVersion", "InstanceRamRole",
        "ContainerNamespace", "ContainerRepository", "ContainerTag", "LicenseType",
        "ResourceGroupId", "TransitRegionId", "OSSBucket", "UploadDiagnosticLogs"}) {
    auto value = parameters.text(name);
    if (value.size() > remembered_value_max) return invalid(name, "It is too long.");
    if (!value.empty()) remembered.push_back({name, std::move(value)});
  }
  return remembered;
}

ApiResult<bool> read_times(const Parameters& parameters, JobParameters& job) {
  const auto now_ms = wall_ms();
  const auto start = parameters.time("ScheduledStartTime");
  if (!start) return refuse(start.error());
  job.scheduled_start_ms = *start;
  JobSettings settings;
  settings.scheduled_start_ms = start->value_or(0);
  if (auto good = check_schedule(settings, now_ms); !good) {
    return invalid("ScheduledStartTime", good.error().what);
  }
  const auto end = parameters.time("ValidTime");
  if (!end) return refuse(end.error());
  job.valid_until_ms = *end;
  return true;
}

ApiResult<bool> read_words(const Parameters& parameters, JobParameters& job) {
  job.name = parameters.text("Name");
  if (!job.name.empty() && !check_name("name", job.name)) return invalid("Name");
  job.image_name = parameters.text("ImageName");
  if (!job.image_name.empty() && !check_name("name", job.image_name)) return invalid("ImageName");
  job.description = parameters.text("Description");
  const bool is_address =
      job.description.starts_with("http://") || job.description.starts_with("https://");
  if (is_address || !check_description(job.description)) return invalid("Description");
  return true;
}

}  // namespace

MachineWish machine_wish(const Parameters& parameters, MachineWish wish) {
  const auto target = lower(parameters.text("TargetType"));
  if (parameters.has("NetMode")) wish.private_network = parameters.text("NetMode") == "2";
  const bool was_instance = !wish.instance.empty();
  if (target == target_instance || (target.empty() && was_instance)) {
    if (parameters.has("InstanceId")) wish.instance = parameters.text("InstanceId");
    wish.type.clear();  // it has a type and a network already
    wish.vswitch.clear();
    return wish;
  }
  wish.instance.clear();
  if (parameters.has("InstanceType")) wish.type = parameters.text("InstanceType");
  if (parameters.has("VSwitchId")) wish.vswitch = parameters.text("VSwitchId");
  return wish;
}

ApiResult<JobParameters> job_parameters(const Parameters& parameters) {
  JobParameters job;
  if (auto done = read_words(parameters, job); !done) return refuse(done.error());
  if (auto done = check_target(parameters); !done) return refuse(done.error());
  if (auto done = check_network(parameters); !done) return refuse(done.error());
  if (auto done = read_times(parameters, job); !done) return refuse(done.error());
  const auto frequency = parameters.number("Frequency", 1, limits::frequency_hours_max);
  if (!frequency) return refuse(frequency.error());
  job.frequency_hours = *frequency;
  const auto keep = parameters.number("MaxNumberOfImageToKeep", 1, limits::images_to_keep_max);
  if (!keep) return refuse(keep.error());
  job.images_to_keep = *keep;
  auto remembered = remembered_of(parameters);
  if (!remembered) return refuse(remembered.error());
  job.remembered = std::move(*remembered);
  return job;
}

ApiResult<bool> read_transfer(const Parameters& parameters, TransferSettings& transfer) {
  const auto ssl = lower(parameters.text("SslMode"));
  if (!ssl.empty() && ssl != "auto" && ssl != "on" && ssl != "off") {
    return invalid("SslMode", "It must be auto, on or off.");
  }
  if (!ssl.empty()) transfer.ssl = ssl;
  const auto text = parameters.text("ReplicationParameters");
  if (text.empty()) return true;
  if (text.size() > limits::replication_parameters_bytes_max) {
    return invalid("ReplicationParameters", "It is longer than 2048 bytes.");
  }
  SmtParameters told{transfer.bandwidth_mbps * kbit_per_mbit, transfer.compression,
                     transfer.checksum};
  const auto json = msgpack_from_json(text, "ReplicationParameters");
  if (!json) return invalid("ReplicationParameters", "It is no JSON object.");
  try {
    msgpack::unpack(json->data(), json->size())->convert(told);
  } catch (const std::exception&) {
    return invalid("ReplicationParameters",
                   "bandwidth_limit and compress_level are whole numbers, checksum is a boolean.");
  }
  if (told.compress_level > limits::compression_max) {
    return invalid("ReplicationParameters", "compress_level must be 0 to 10.");
  }
  // Up, so that a limit never becomes none.
  transfer.bandwidth_mbps =
      told.bandwidth_limit / kbit_per_mbit + (told.bandwidth_limit % kbit_per_mbit != 0 ? 1 : 0);
  transfer.compression = told.compress_level;
  transfer.checksum = told.checksum;
  return true;
}

ApiResult<std::string> image_region(const Parameters& parameters) {
  auto region = parameters.text("EnsImageRegionId");
  const auto is_known = [](const std::string& name) {
    return std::ranges::find(regions, name) != regions.end();
  };
  if (!region.empty()) {
    if (is_known(region)) return region;
    return invalid("EnsImageRegionId", "It must be cn-beijing or ap-southeast-1.");
  }
  region = parameters.text("RegionId");
  return is_known(region) ? region : std::string{};
}

}  // namespace ferry
