// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/eligibility.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry {
namespace {

constexpr const char* where = "[limits] in the cluster file";

/// A limit often is a round number and the value just above it, so both are also
/// given in bytes.
std::string exact(std::uint64_t bytes) {
  return human_bytes(bytes) + " (" + std::to_string(bytes) + " bytes)";
}

Error refusal(std::string what, std::string fix) {
  return {Errc::source_unsupported, std::move(what), std::move(fix)};
}

void check_size(const DiskInfo& disk, const std::string& role, std::uint64_t bytes_max,
                const std::string& key, std::vector<Error>& errors) {
  if (disk.size <= bytes_max) return;
  errors.push_back(refusal(role + " disk " + disk.path + " has " + exact(disk.size) +
                               ", the limit " + key + " is " + exact(bytes_max),
                           "leave it out or shrink it, or raise " + key + " under " + where));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::vector<Error> check_ens_eligibility(const Inventory& inventory,
                                         const EligibilityLimits& limits) {
  std::vector<Error> errors;
  if (inventory.os_id == "windows") {
    errors.push_back(
        refusal("the operating system is Windows, an ENS image must be Linux",
                std::string{"choose a Linux server; no setting under "} + where + " changes this"));
  }
  if (std::ranges::find(limits.architectures, inventory.architecture) ==
      limits.architectures.end()) {
    errors.push_back(refusal("the architecture is '" + inventory.architecture +
                                 "', the limit architectures is " + joined(limits.architectures),
                             std::string{"choose a server of such an architecture, or extend "
                                         "architectures under "} +
                                 where));
  }
  if (inventory.disks.empty()) {
    errors.push_back(refusal("the server shows no system disk", "name its disks with --disk"));
    return errors;
  }
  check_size(inventory.disks.front(), "system", limits.system_disk_bytes_max,
             "system_disk_bytes_max", errors);
  const auto data_disks = inventory.disks.size() - 1;
  if (data_disks > limits.data_disks_max) {
    errors.push_back(refusal(
        "the server has " + std::to_string(data_disks) +
            " data disks, the limit data_disks_max is " + std::to_string(limits.data_disks_max),
        std::string{"leave some out, or raise data_disks_max under "} + where));
  }
  for (std::size_t i = 1; i < inventory.disks.size(); ++i) {
    check_size(inventory.disks[i], "data", limits.data_disk_bytes_max, "data_disk_bytes_max",
               errors);
  }
  return errors;
}

}  // namespace ferry
