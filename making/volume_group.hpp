// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A volume group made without device-mapper: lvm only writes what it describes. It sees one
// device and nothing of this machine's own groups, settings and archives.
#pragma once

#include <string>

#include "base/error.hpp"
#include "messages/layout.hpp"

namespace ferry {

/// Makes the physical volume, `disk.volume_group` and its volumes on a blank device, each volume
/// one range at the place that the plan gives it. Errors: malformed for other names than a
/// planner gives, program_missing, program_failed, internal if lvm put them elsewhere.
[[nodiscard]] Result<> make_volume_group(const std::string& device, const PlannedDisk& disk);

}  // namespace ferry
