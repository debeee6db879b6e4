// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_plan.hpp"

#include <algorithm>
#include <cctype>

#include "actors/controller/job_decide.hpp"
#include "actors/controller/job_disks.hpp"
#include "actors/controller/job_excludes.hpp"
#include "actors/controller/job_notices.hpp"
#include "actors/controller/user_words.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "config/buckets.hpp"

namespace ferry {
namespace {

constexpr std::size_t prefix_max = 30;  // L27
constexpr std::uint64_t bandwidth_mbps_max = 100'000;
constexpr std::size_t digest_key_size = 32;
constexpr std::size_t cycle_suffix_max = 12;  // "_CYCLE_" and five digits

/// Fills in and checks when the job runs and how long it is valid.
Result<> plan_times(JobSettings& settings, std::int64_t now_ms) {
  if (settings.valid_until_ms == 0) {
    const std::chrono::days given{settings.valid_days};
    settings.valid_until_ms = now_ms + ms_of(given.count() != 0 ? given : limits::validity_default);
  }
  settings.valid_days = 0;
  if (!settings.run_once && settings.images_to_keep == 0) settings.images_to_keep = 1;
  if (auto done = check_runs(settings); !done) return done;
  if (auto done = check_validity(settings.valid_until_ms, now_ms, now_ms); !done) return done;
  return check_schedule(settings, now_ms);
}

/// Names that only the source knows; those of an image file's partitions nobody knows.
std::vector<SourceVolume> volumes_of(const Inventory& inventory) {
  std::vector<SourceVolume> volumes;
  for (const auto& disk : inventory.disks) {
    if (!disk.path.starts_with("/dev/")) continue;
    const bool ends_in_digit = disk.path.back() >= '0' && disk.path.back() <= '9';
    for (const auto& partition : disk.partitions) {
      if (partition.filesystem_uuid.empty()) continue;
      auto device = disk.path;
      // "/dev/sda1", "/dev/nvme0n1p1", and a disk without a table by its own name
      if (partition.number != 0) {
        device += (ends_in_digit ? "p" : "") + std::to_string(partition.number);
      }
      volumes.push_back({std::move(device), partition.filesystem_uuid});
      // What becomes a volume, or moves to another disk, loses it.
      if (partition.uuid.empty()) continue;
      volumes.push_back({"/dev/disk/by-partuuid/" + partition.uuid, partition.filesystem_uuid});
    }
  }
  return volumes;
}

/// Cards that a driver serves; bridges, tunnels and the like are settings, which travel.
std::vector<SourceNic> nics_of(const Inventory& inventory) {
  constexpr std::size_t mac_length = 17;
  std::vector<SourceNic> nics;
  for (const auto& nic : inventory.nics) {
    if (!nic.driver.empty() && nic.mac.size() == mac_length) nics.push_back({nic.name, nic.mac});
  }
  return nics;
}

Result<> check_license(const std::string& license) {
  if (license.empty() || license == "BYOL") return {};
  return fail(Errc::invalid_argument, "licence '" + printable(license) + "' is not BYOL",
              "leave it out for the licence of the cloud");
}

}  // namespace

Result<> check_machine(const MachineWish& wish, const ClusterConfig& config) {
  if (wish.instance.empty()) return {};
  if (config.machines.kind != "ecs") {
    return fail(Errc::invalid_argument,
                "instances are used for jobs only where [machines] of the cluster file is ecs",
                "leave the instance out, or have its region and kind in [machines]");
  }
  if (!is_instance_id(wish.instance)) {
    return fail(Errc::invalid_argument,
                "instance '" + printable(wish.instance) + "' is no id of ECS: i-...", {});
  }
  if (wish.type.empty() && wish.vswitch.empty()) return {};
  return fail(Errc::invalid_argument,
              "instance " + wish.instance + " has a type and a network of its own",
              "leave those out");
}

Result<> check_names(const JobSettings& settings) {
  if (auto done = check_name("job name", settings.name); !done) return done;
  return check_description(settings.description);
}

Result<> check_image_name(const JobSettings& settings) {
  if (auto done = check_name("image name", settings.image_name); !done) return done;
  if (!settings.run_once &&
      settings.image_name.size() > limits::name_bytes_max - cycle_suffix_max) {
    return fail(Errc::invalid_argument,
                "image name '" + settings.image_name + "' leaves no room for _CYCLE_N",
                "use at most " + std::to_string(limits::name_bytes_max - cycle_suffix_max) +
                    " bytes for a job of several runs");
  }
  const auto& prefix = settings.image_prefix;
  const bool good =
      !prefix.empty() && prefix.size() <= prefix_max &&
      std::ranges::all_of(prefix, [](unsigned char c) { return std::isalnum(c) != 0; });
  if (!good) {
    return fail(Errc::invalid_argument, "image prefix '" + prefix + "' is not valid",
                "use 1 to 30 letters and digits");
  }
  if (settings.region != "cn-beijing" && settings.region != "ap-southeast-1") {  // F07
    return fail(Errc::invalid_argument, "ENS has no images in region '" + settings.region + "'",
                "use cn-beijing or ap-southeast-1");
  }
  return {};
}

Result<> check_remembered(const JobSettings& settings) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : settings.remembered) bytes += name.size() + value.size();
  if (settings.remembered.size() <= limits::remembered_max &&
      bytes <= limits::remembered_bytes_max) {
    return {};
  }
  return fail(Errc::limit_exceeded, std::to_string(settings.remembered.size()) +
                                        " remembered parameters of " + std::to_string(bytes) +
                                        " bytes are more than " +
                                        std::to_string(limits::remembered_max) + " of " +
                                        std::to_string(limits::remembered_bytes_max));
}

Result<> check_runs(const JobSettings& settings) {
  const auto hours = settings.frequency_hours;
  const auto keep = settings.images_to_keep;
  if (settings.run_once && (hours != 0 || keep != 0)) {
    return fail(Errc::invalid_argument,
                "a job that runs once has no frequency and no number of images to keep",
                "create a job with --every HOURS");
  }
  if (!settings.run_once && (hours < 1 || hours > limits::frequency_hours_max)) {
    return fail(Errc::invalid_argument, "a frequency of " + std::to_string(hours) +
                                            " hours is not in 1.." +
                                            std::to_string(limits::frequency_hours_max));
  }
  if (!settings.run_once && (keep < 1 || keep > limits::images_to_keep_max)) {
    return fail(Errc::invalid_argument, std::to_string(keep) + " images to keep are not in 1.." +
                                            std::to_string(limits::images_to_keep_max));
  }
  return {};
}

Result<> check_fix_ups(const JobSettings& settings) {
  const auto& fixups = settings.fixups;
  const auto& network = settings.network;
  if (!fixups.empty() && fixups != "auto" && fixups != "off") {
    return fail(Errc::invalid_argument, "boot fix-ups '" + fixups + "' are not auto or off");
  }
  if (!network.empty() && network != "dhcp" && network != "keep" && network != "as-is") {
    return fail(Errc::invalid_argument, "network '" + network + "' is not dhcp, keep or as-is");
  }
  return {};
}

Result<> check_boot_proof(const JobSettings& settings) {
  const auto& wish = settings.boot_proof;
  if (wish.empty() || wish == "required" || wish == "warn" || wish == "off") return {};
  return fail(Errc::invalid_argument, "boot proof '" + wish + "' is not required, warn or off");
}

Result<> check_schedule(const JobSettings& settings, std::int64_t now_ms) {
  const auto at = settings.scheduled_start_ms;
  if (at == 0) return {};
  const auto slack = ms_of(limits::clock_slack);
  if (at < now_ms - slack || at > now_ms + ms_of(limits::schedule_ahead_max) + slack) {
    return fail(Errc::invalid_argument,
                "the scheduled start " + utc_text(at) + " is not within the next " +
                    std::to_string(limits::schedule_ahead_max.count()) + " days",
                "now is " + utc_text(now_ms));
  }
  if (settings.valid_until_ms != 0 && at >= settings.valid_until_ms) {
    return fail(Errc::invalid_argument,
                "the scheduled start " + utc_text(at) + " comes after the end of the validity, " +
                    utc_text(settings.valid_until_ms),
                "let the job be valid for longer, or start it earlier");
  }
  return {};
}

Result<> check_validity(std::int64_t valid_until_ms, std::int64_t created_ms, std::int64_t now_ms) {
  const auto slack = ms_of(limits::clock_slack);
  const auto length = valid_until_ms - created_ms;
  if (length < ms_of(limits::validity_min) - slack ||
      length > ms_of(limits::validity_max) + slack) {
    return fail(Errc::invalid_argument,
                "the end of validity " + utc_text(valid_until_ms) + " is not " +
                    std::to_string(limits::validity_min.count()) + " to " +
                    std::to_string(limits::validity_max.count()) +
                    " days after the job's creation, " + utc_text(created_ms));
  }
  if (valid_until_ms <= now_ms) {
    return fail(Errc::invalid_argument,
                "the end of validity " + utc_text(valid_until_ms) + " has passed");
  }
  return {};
}

Result<> check_transfer(const TransferSettings& transfer, const ClusterConfig& config) {
  if (transfer.compression > limits::compression_max) {
    return fail(Errc::invalid_argument,
                "compression " + std::to_string(transfer.compression) + " is not in 0..10");
  }
  if (transfer.bandwidth_mbps > bandwidth_mbps_max) {
    return fail(Errc::invalid_argument, "speed limit " + std::to_string(transfer.bandwidth_mbps) +
                                            " Mbps is not in 0..100000");
  }
  if (transfer.ssl != "auto" && transfer.ssl != "on" && transfer.ssl != "off") {
    return fail(Errc::invalid_argument, "ssl '" + transfer.ssl + "' is not auto, on or off");
  }
  if (transfer.ssl == "off" && config.security.sealed_data != "off") {
    return fail(
        Errc::sealing_required, "this cluster does not allow plain data links",
        "set sealed_data = \"off\" in [security] of the cluster file, or leave ssl at auto");
  }
  return {};
}

Result<JobCreated> plan_job(JobSettings settings, const SourceState& source,
                            const ClusterConfig& config, std::int64_t now_ms) {
  const auto& view = source.view;
  if (auto done = check_available(view, "Available"); !done) return fail(done.error());
  if (auto done = check_findings(view.findings); !done) return fail(done.error());
  JobCreated created;
  created.wish = settings;
  if (settings.image_name.empty()) settings.image_name = settings.name;
  const auto bucket = bucket_named(config, settings.bucket);
  if (!bucket) return fail(bucket.error());
  if (settings.image_prefix.empty()) settings.image_prefix = (*bucket)->prefix;
  if (settings.region.empty()) settings.region = config.registry.region;
  if (settings.fixups.empty()) settings.fixups = "auto";
  if (settings.network.empty()) settings.network = "dhcp";
  if (settings.boot_proof.empty()) settings.boot_proof = config.jobs.boot_proof;
  if (auto done = check_fix_ups(settings); !done) return fail(done.error());
  if (auto done = check_boot_proof(settings); !done) return fail(done.error());
  if (auto done = check_names(settings); !done) return fail(done.error());
  if (auto done = check_image_name(settings); !done) return fail(done.error());
  if (auto done = check_remembered(settings); !done) return fail(done.error());
  if (auto done = check_license(settings.license); !done) return fail(done.error());
  if (auto done = check_machine(settings.machine, config); !done) return fail(done.error());
  auto tags = changed_tags({}, {.put = settings.tags});
  if (!tags) return fail(tags.error());
  if (auto done = plan_times(settings, now_ms); !done) return fail(done.error());
  if (auto done = check_transfer(settings.transfer, config); !done) return fail(done.error());
  auto disks = plan_disks_of(settings, view.inventory, config.limits);
  if (!disks) return fail(disks.error());
  created.layout = std::move(disks->layout);
  created.source_disk_bytes = std::move(disks->source_disk_bytes);
  if (auto done = check_excludes(settings, created.layout); !done) return fail(done.error());
  created.notices = job_notices(config, **bucket, settings.machine);
  created.settings = std::move(settings);
  created.source_public_key = source.public_key;
  created.origin = {view.id, view.inventory.hostname, view.inventory.os_name,
                    view.inventory.firmware};
  created.volumes = volumes_of(view.inventory);
  created.nics = nics_of(view.inventory);
  const auto key = random_bytes(digest_key_size);
  created.digest_key = {key.begin(), key.end()};
  return created;
}

}  // namespace ferry
