// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What lies in an initramfs: which drivers a kernel finds before it has any disk. The file is a
// row of cpio archives, the first ones plain and the last one usually compressed.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "fixups/guest.hpp"

namespace ferry {

/// Drivers of the buses, disks and cards that virtual machines have.
[[nodiscard]] std::span<const std::string_view> wanted_drivers();
/// Those of them without which no root is found: an image may boot on any of these disks.
[[nodiscard]] std::span<const std::string_view> needed_drivers();

struct InitramfsContent {
  std::set<std::string> modules;  // names, as module_name gives them
  bool lvm = false;               // the program that finds logical volumes
};

/// What of a boot is in an initramfs of the guest. Errors: guest_unbootable if it is no such
/// archive or a broken one, program_missing if this host can't decompress it, limit_exceeded beyond
/// limits::initramfs_bytes_max.
[[nodiscard]] Result<InitramfsContent> look_into_initramfs(const GuestRoot& root,
                                                           const std::string& path);

/// Where a kernel's initramfs lies, as the makers of them name it; nothing if it has none.
[[nodiscard]] std::optional<std::string> initramfs_of(const GuestRoot& root,
                                                      const std::string& kernel);

/// What keeps a guest's kernels from their root, in words that name kernel, file and what is
/// missing.
struct InitramfsFaults {
  std::vector<std::string> drivers;  // no initramfs, or one without a driver that isn't built in
  std::vector<std::string> volumes;  // one that can't find the guest's root, a logical volume
};

/// Looks once into the initramfs of every kernel. Errors: those of look_into_initramfs.
[[nodiscard]] Result<InitramfsFaults> initramfs_faults(const Guest& guest);

/// That a root on a logical volume isn't found; the fix says what to do if the guest has no lvm2
/// that could be put into its initramfs.
[[nodiscard]] Error volumes_not_found(const Guest& guest, const InitramfsFaults& faults);

/// Proves that there are no such faults. Errors: guest_unbootable, with all of them; those of
/// look_into_initramfs.
[[nodiscard]] Result<> check_initramfs(const Guest& guest);

}  // namespace ferry
