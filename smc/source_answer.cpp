// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/source_answer.hpp"

#include <algorithm>
#include <cstdio>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "smc/listing.hpp"

namespace ferry {
namespace {

constexpr std::string_view description_default = "Server Source Imported By GotoAliyun.";

std::string two_decimals(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

std::string percent(std::int32_t value) {
  return value < 0 ? std::string{} : two_decimals(static_cast<double>(value));
}

/// The first address of a kind, without its prefix.
std::string address_of(const Inventory& inventory, bool v6) {
  for (const auto& nic : inventory.nics) {
    if (!nic.up) continue;
    for (const auto& address : nic.addresses) {
      const bool is_v6 = address.find(':') != std::string::npos;
      if (is_v6 == v6 && !address.starts_with("fe80:")) return address.substr(0, address.find('/'));
    }
  }
  return {};
}

std::string system_info(const Inventory& inventory) {
  const auto memory = static_cast<double>(inventory.memory_bytes) / static_cast<double>(gib);
  return text_of({{"agent_mode", "daemon"},
                  {"agent_type", "edgeferry"},
                  {"client_type", "linux"},
                  {"hostname", inventory.hostname},
                  {"ipv4", address_of(inventory, false)},
                  {"ipv6", address_of(inventory, true)},
                  {"cores", std::to_string(inventory.cpu_count)},
                  {"cpu_usage", percent(inventory.facts.cpu_percent)},
                  {"memory", two_decimals(memory)},
                  {"memory_usage", percent(inventory.facts.memory_percent)}});
}

/// Empty unless it is Unavailable.
std::string status_info(const SourceView& source) {
  if (api_state(source) != "Unavailable") return {};
  const auto finding = std::ranges::find_if(source.findings, is_critical);
  if (!source.error_code.empty() || finding == source.findings.end()) {
    return text_of({{"error_code", source.error_code},
                    {"error_msg", "The agent of the source server is away. Please start it."}});
  }
  const auto why = finding->what + (finding->evidence.empty() ? "" : ": " + finding->evidence) +
                   (finding->fix.empty() ? "" : ". Fix: " + finding->fix);
  return text_of({{"error_code", code_text(static_cast<Errc>(finding->code))}, {"error_msg", why}});
}

std::string error_code(const SourceView& source) {
  if (!source.error_code.empty()) return source.error_code;
  const auto finding = std::ranges::find_if(source.findings, is_critical);
  return finding == source.findings.end() ? "" : code_text(static_cast<Errc>(finding->code));
}

/// The major number of its kernel.
int kernel_level(const std::string& release) {
  const auto digits = release.substr(0, release.find_first_not_of("0123456789"));
  return digits.empty() || digits.size() > 3 ? 0 : std::stoi(digits);
}

Json parts_by_device(const DiskInfo& disk) {
  auto parts = Json::array();
  for (std::size_t i = 0; i < disk.partitions.size(); ++i) {
    const auto& partition = disk.partitions[i];
    parts.push_back({{"Device", device_of(disk.index, i)},
                     {"Path", partition.mount_point},
                     {"SizeBytes", partition.size},
                     {"Need", is_needed(partition)},
                     {"CanBlock", partition.block_replication}});
  }
  return parts;
}

std::string kind_of(const PartitionInfo& partition) {
  if (partition.mount_point == "/") return "System";
  return partition.mount_point.starts_with("/boot") ? "Boot" : "Normal";
}

Json disk_by_path(const DiskInfo& disk) {
  auto parts = Json::array();
  for (const auto& partition : disk.partitions) {
    parts.push_back({{"Path", partition.mount_point},
                     {"SizeBytes", partition.size},
                     {"Type", kind_of(partition)},
                     {"CanBlock", partition.block_replication}});
  }
  const auto offset = disk.partitions.empty() ? 0 : disk.partitions.front().offset;
  return {{"Size", gib_of(disk.size)}, {"Offset", offset}, {"Parts", {{"Part", parts}}}};
}

void put_disks(Json& answer, const Inventory& inventory) {
  auto system_parts = Json::array();
  auto data_disks = Json::array();
  auto data = Json::array();
  Json system = Json::object();
  std::uint64_t system_gib = 0;
  for (const auto& disk : inventory.disks) {
    if (disk.index == 0) {
      system_gib = gib_of(disk.size);
      system_parts = parts_by_device(disk);
      system = disk_by_path(disk);
      continue;
    }
    data_disks.push_back({{"Index", disk.index},
                          {"Size", gib_of(disk.size)},
                          {"Path", disk.path},
                          {"Parts", {{"Part", parts_by_device(disk)}}}});
    data.push_back(disk_by_path(disk));
  }
  answer["SystemDiskSize"] = system_gib;
  answer["SystemDiskParts"] = {{"SystemDiskPart", std::move(system_parts)}};
  answer["DataDisks"] = {{"DataDisk", std::move(data_disks)}};
  answer["Disks"] = {{"System", std::move(system)}, {"Data", {{"Data", std::move(data)}}}};
}

}  // namespace

std::string api_state(const SourceView& source) {
  const bool refused = source.state == "Available" && has_critical(source.findings);
  return refused ? "Unavailable" : source.state;
}

std::string api_name(const SourceView& source) {
  return source.name.empty() ? source.inventory.hostname : source.name;
}

std::string device_of(std::uint32_t disk, std::size_t place) {
  return std::to_string(disk) + "_" + std::to_string(place);
}

bool is_needed(const PartitionInfo& partition) {
  const auto& point = partition.mount_point;
  return point == "/" || point == "/usr" || point == "/boot" || point == "/boot/efi" ||
         point == "/efi";
}

Json json_of(const SourceView& source, const JobView* latest, const std::string& workgroup) {
  const auto& inventory = source.inventory;
  Json answer{
      {"SourceId", source.id},
      {"JobId", latest == nullptr ? "" : latest->id},
      {"Name", api_name(source)},
      {"Description",
       source.description.empty() ? std::string{description_default} : source.description},
      {"State", api_state(source)},
      {"ErrorCode", error_code(source)},
      {"StatusInfo", status_info(source)},
      {"Platform", inventory.os_name},
      {"Architecture", inventory.architecture},
      {"AgentVersion", source.agent_version},
      {"ReplicationDriver", "SMT"},
      {"SystemInfo", system_info(inventory)},
      {"CreationTime", utc_text(source.created_ms)},
      {"ResourceGroupId", source.resource_group},
      {"WorkgroupId", workgroup},
      {"KernelLevel", kernel_level(inventory.kernel)},
      {"HeartbeatRate", std::chrono::seconds{limits::heartbeat_interval}.count()},
      {"Tags", json_of(source.tags)},
  };
  put_disks(answer, inventory);
  return answer;
}

}  // namespace ferry
