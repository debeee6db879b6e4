// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs a guest's own programs in its root: without a network, with a /dev that has the image's
// disks and nothing of this host's, and with namespaces of their own, which end with them.
// They run as root of this host's kernel, so a guest that nobody trusts belongs into a virtual
// machine that is thrown away.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/subprocess.hpp"
#include "fixups/guest.hpp"

namespace ferry {

/// A block device of this host that shows the image, or a part of it.
struct GuestDevice {
  std::string device;  // "/dev/loop0p2"
  std::string uuid;    // of the file system on it; empty for whole disks
};

/// Runs to the end and returns the output whatever the exit code. Without /dev/disk/by-uuid boot
/// loaders write the name that the device has here, so `devices` must have the root's UUID.
/// Errors: guest_unusable if /dev, /proc and so on are no folders of the guest, disk_missing for
/// a device, program_missing, program_timeout.
[[nodiscard]] Result<CommandOutput> run_in_guest(const GuestRoot& root,
                                                 const std::vector<GuestDevice>& devices,
                                                 const std::vector<std::string>& argv,
                                                 std::chrono::seconds timeout);

}  // namespace ferry
