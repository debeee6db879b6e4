// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The fix-ups, as one table: what each is for, which of a guest's capabilities call for it,
// and the function that drafts its patches. Planning reads the guest and writes nothing, and
// planning again after the patches were applied finds nothing to do.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fixups/draft.hpp"

namespace ferry {

/// A file system (or swap, or LUKS volume) that the image has, and its names on the source.
struct MigratedVolume {
  std::string device;  // "/dev/sda1"; also "/dev/disk/by-id/...", "/dev/disk/by-partuuid/..."
  std::string uuid;    // as blkid prints it
  std::string label = {};
  std::string partition_uuid = {};
};

/// A network card of the source, and the card that takes its place.
struct Nic {
  std::string name;             // "ens192"
  std::string mac;              // on the source; may be empty
  std::string target_mac = {};  // empty: not known yet
};

enum class NetworkMode : std::uint8_t {
  as_it_is,    // nothing changes
  keep_names,  // each card has the name it had, found by its new address
  dhcp,        // whatever card there is asks for its address: for images of many servers
};

struct FixUpSettings {
  /// All volumes of the image. Without any, no entry is taken for one of a missing disk.
  std::vector<MigratedVolume> volumes = {};
  NetworkMode network = NetworkMode::as_it_is;
  std::vector<Nic> nics = {};
  /// Lets a boot go on without the servers of network file systems.
  bool network_mounts_optional = false;
  std::string serial_port = "ttyS0";  // empty: no serial console
  /// grub's menu itself gets the kernel arguments: where its maker can't run.
  bool edit_menu = false;
};

struct FixUp {
  std::string_view name;
  std::string_view about;
  Capabilities any_of;  // empty: for every guest
  void (*draft)(Draft& draft, const FixUpSettings& settings);
};

[[nodiscard]] std::span<const FixUp> fix_ups();

struct FixUpPlan {
  std::vector<Patch> patches;
  std::vector<std::string> notes;  // what no patch can put right, for people
};

/// Errors: invalid_argument for settings that make no sense.
[[nodiscard]] Result<FixUpPlan> plan_fix_ups(const Guest& guest, const FixUpSettings& settings);

// The functions of the table, by the file they are in.
void fix_fstab(Draft& draft, const FixUpSettings& settings);  // fix_mounts.cpp
void fix_crypttab(Draft& draft, const FixUpSettings& settings);
void fix_kernel_arguments(Draft& draft, const FixUpSettings& settings);  // fix_boot.cpp
void fix_device_map(Draft& draft, const FixUpSettings& settings);
void fix_initramfs_tools(Draft& draft, const FixUpSettings& settings);  // fix_initramfs.cpp
void fix_dracut(Draft& draft, const FixUpSettings& settings);
void fix_mkinitfs(Draft& draft, const FixUpSettings& settings);
void fix_resume(Draft& draft, const FixUpSettings& settings);
void fix_nic_names(Draft& draft, const FixUpSettings& settings);  // fix_nic_names.cpp
void fix_netplan(Draft& draft, const FixUpSettings& settings);    // fix_dhcp.cpp
void fix_ifupdown(Draft& draft, const FixUpSettings& settings);
void fix_network_manager(Draft& draft, const FixUpSettings& settings);
void fix_networkd(Draft& draft, const FixUpSettings& settings);
void fix_ifcfg(Draft& draft, const FixUpSettings& settings);
void fix_cloud_init(Draft& draft, const FixUpSettings& settings);  // fix_services.cpp
void fix_caches(Draft& draft, const FixUpSettings& settings);
void fix_getty(Draft& draft, const FixUpSettings& settings);
void fix_labels(Draft& draft, const FixUpSettings& settings);

/// "UUID=..." for a device that the image has under another name, also for a partition's UUID that
/// no partition of it has; nothing for the others.
[[nodiscard]] std::optional<std::string> uuid_of(const FixUpSettings& settings,
                                                 std::string_view device);
/// True for "UUID=", "LABEL=", "/dev/sda1" and so on that no volume of the image answers to.
/// Names of logical volumes and arrays are never taken for missing: they travel inside disks. Names
/// of disks are only where the source's name of some volume is known.
[[nodiscard]] bool is_missing(const FixUpSettings& settings, std::string_view device);

}  // namespace ferry
