// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whether a server can become an ENS image at all, asked before any data moves:
// Linux only (F05), at most four data disks of 500 GiB (F06), x86 only (F08).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "messages/inventory.hpp"

namespace ferry {

struct EligibilityLimits {
  std::uint32_t data_disks_max = limits::data_disks_max;
  std::uint64_t data_disk_bytes_max = limits::data_disk_bytes_max;
  std::uint64_t system_disk_bytes_max = limits::system_disk_bytes_max;
  std::vector<std::string> architectures = {"x86_64"};
};

/// Returns every reason for a refusal, so that they can be mended at once; empty
/// means eligible. Each is source_unsupported and names limit, value and remedy.
[[nodiscard]] std::vector<Error> check_ens_eligibility(const Inventory& inventory,
                                                       const EligibilityLimits& limits);

}  // namespace ferry
