// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The functions behind the table of rules in preflight.cpp, one for each rule. None is for
// others than that table.
#pragma once

#include <functional>
#include <string>

#include "disk/preflight.hpp"

namespace ferry::rules {

struct Server {
  const Inventory& inventory;
  const ServerFacts& facts;  // of the inventory
  const PreflightLimits& limits;
};

/// `what` is the same whenever the same is found; `evidence` has what was measured.
using Say = std::function<void(std::string what, std::string evidence, std::string fix)>;

// -- what an ENS image can't be, and disks; preflight_disks.cpp ---------------------------
void windows(const Server& server, const Say& say);
void architecture(const Server& server, const Say& say);
void no_disk(const Server& server, const Say& say);
void system_disk_too_large(const Server& server, const Say& say);
void too_many_data_disks(const Server& server, const Say& say);
void data_disk_too_large(const Server& server, const Say& say);
void large_sectors(const Server& server, const Say& say);
void disk_too_small(const Server& server, const Say& say);
void image_may_be_too_large(const Server& server, const Say& say);
void encrypted_volume(const Server& server, const Say& say);
void raid_member(const Server& server, const Say& say);
void zfs_pool(const Server& server, const Say& say);
void bcache_device(const Server& server, const Say& say);
void disk_seen_twice(const Server& server, const Say& say);
void loop_device(const Server& server, const Say& say);
void volume_group_spans_disks(const Server& server, const Say& say);
void copied_whole(const Server& server, const Say& say);

// -- how it boots elsewhere; preflight_boot.cpp -------------------------------------------
void no_virtio(const Server& server, const Say& say);
void kernel_without_virtio(const Server& server, const Say& say);
void no_kernel(const Server& server, const Say& say);
void no_initramfs(const Server& server, const Say& say);
void old_boot_loader(const Server& server, const Say& say);
void no_boot_loader(const Server& server, const Say& say);
void no_bios_boot_partition(const Server& server, const Say& say);
void no_fallback_loader(const Server& server, const Say& say);
void device_names_in_fstab(const Server& server, const Say& say);
void network_file_system(const Server& server, const Say& say);
void lvm_devices_file(const Server& server, const Say& say);
void static_address(const Server& server, const Say& say);
void layered_network(const Server& server, const Say& say);
void selinux_on(const Server& server, const Say& say);

// -- how the server is now; preflight_now.cpp ---------------------------------------------
void not_root(const Server& server, const Say& say);
void clock_skew(const Server& server, const Say& say);
void cpu_busy(const Server& server, const Say& say);
void memory_full(const Server& server, const Say& say);
void file_system_full(const Server& server, const Say& say);
void inodes_used_up(const Server& server, const Say& say);
void little_space(const Server& server, const Say& say);
void outgoing_firewall(const Server& server, const Say& say);
void incoming_firewall(const Server& server, const Say& say);
void proxy(const Server& server, const Say& say);

}  // namespace ferry::rules
