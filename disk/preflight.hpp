// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What stands against migrating a server, asked before any data moves: what an ENS image can't be
// (F05, F06, F08), what would fail, and what may hurt. Pure: facts and limits in, findings out.
// docs/preflight.md is made from the one table of rules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "messages/finding.hpp"
#include "messages/inventory.hpp"

namespace ferry {

struct PreflightLimits {
  std::uint32_t data_disks_max = limits::data_disks_max;
  std::uint64_t data_disk_bytes_min = limits::data_disk_bytes_min;
  std::uint64_t data_disk_bytes_max = limits::data_disk_bytes_max;
  std::uint64_t system_disk_bytes_min = limits::system_disk_bytes_min;
  std::uint64_t system_disk_bytes_max = limits::system_disk_bytes_max;
  std::uint64_t image_bytes_max = limits::image_bytes_max;
  std::vector<std::string> architectures = {"x86_64"};
};

/// Every finding at once, critical ones first, at most limits::findings_max; nothing is found
/// where a fact is unknown. What an ENS image can't be has code source_unsupported and names
/// limit, value and remedy; what can be mended on the server has another one.
[[nodiscard]] std::vector<Finding> preflight(const Inventory& inventory,
                                             const PreflightLimits& limits);

/// The page docs/preflight.md.
[[nodiscard]] std::string preflight_reference();

}  // namespace ferry
