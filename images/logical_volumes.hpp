// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where the bytes of logical volumes lie, without device-mapper: the names of a guest's volume
// groups may be those of this host, and a group that is activated stays when a process is killed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace ferry {

/// A logical volume that is one range of one physical volume.
struct LogicalVolume {
  std::string group;
  std::string name;
  std::string device;        // the physical volume, "/dev/loop3p2"
  std::uint64_t offset = 0;  // bytes
  std::uint64_t size = 0;
};

struct LogicalVolumes {
  std::vector<LogicalVolume> volumes;
  std::vector<std::string> notes;  // volumes that can't be shown, and why
};

/// For lvm's --config: it sees these devices and no other, and asks nobody else about them.
[[nodiscard]] std::string lvm_config(const std::vector<std::string>& devices);

/// Asks lvm, which sees no device but these. Errors: program_missing, program_failed (damaged
/// metadata), limit_exceeded.
[[nodiscard]] Result<LogicalVolumes> logical_volumes(
    const std::vector<std::string>& physical_volumes);

/// The names that a system gives to it: "/dev/mapper/vg-root", "/dev/vg/root".
[[nodiscard]] std::vector<std::string> device_names(const LogicalVolume& volume);

}  // namespace ferry
