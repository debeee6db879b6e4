// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a pre-flight asks of a source server beyond its inventory; docs/preflight.md has the rules
// that need it. Whatever could not be learnt is empty, 0, false or -1, and no rule speaks of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// A file system on a block device that is mounted to be written to.
struct FilesystemUse {
  std::string point;
  std::string type;          // ext4, xfs, ...
  std::uint64_t size = 0;    // bytes
  std::uint64_t free = 0;    // bytes, those kept for root included
  std::uint64_t inodes = 0;  // 0: made as they are needed
  std::uint64_t free_inodes = 0;
  FERRY_FIELDS(point, type, size, free, inodes, free_inodes)
};

/// A kernel in /boot.
struct BootKernel {
  std::string name;        // what follows "vmlinuz-": "6.1.0-25-amd64", or "lts"
  bool initramfs = false;  // it has one there
  FERRY_FIELDS(name, initramfs)
};

/// A folder of /lib/modules whose lists of modules could be read.
struct KernelModules {
  std::string release;
  std::vector<std::string> missing;  // of virtio_pci, virtio_blk, virtio_scsi, virtio_net
  FERRY_FIELDS(release, missing)
};

struct ServerFacts {
  // of a running server
  bool running = false;           // false: its files or disks were read by another one
  bool root = false;              // the agent may read everything
  std::int64_t clock_ms = 0;      // its wall clock when this was gathered
  std::int32_t cpu_percent = -1;  // busy, over a fraction of a second
  std::int32_t memory_percent = -1;
  std::vector<FilesystemUse> filesystems;
  std::vector<std::string> firewall;  // what shows one, such as "nft list ruleset: 12 rules"
  bool filters_output = false;        // it has rules for connections to the outside
  std::vector<std::string> proxies;   // names of variables such as https_proxy
  std::vector<std::string> static_addresses;  // without a lease's end: "192.0.2.7/24 on eth0"
  std::vector<std::string> layered_nics;      // bonds, teams, VLANs and bridges: "bond0 (bond)"
  // of its files
  bool boot_seen = false;  // /boot could be looked into
  std::vector<BootKernel> kernels;
  std::vector<KernelModules> modules;
  std::string boot_loader;                  // "grub", "grub legacy", "extlinux" or "systemd-boot"
  std::string boot_loader_version;          // "2.06-13+deb12u1"
  std::string fallback_loader;              // "present" or "absent" at EFI/BOOT of the ESP
  std::string selinux;                      // enforcing, permissive or disabled
  std::vector<std::string> device_names;    // in fstab: "/dev/sdb1 on /data"
  std::vector<std::string> network_mounts;  // in fstab: "nas:/home on /home"
  bool lvm_devices_file = false;            // a list that LVM keeps to
  FERRY_FIELDS(running, root, clock_ms, cpu_percent, memory_percent, filesystems, firewall,
               filters_output, proxies, static_addresses, layered_nics, boot_seen, kernels, modules,
               boot_loader, boot_loader_version, fallback_loader, selinux, device_names,
               network_mounts, lvm_devices_file)
};

}  // namespace ferry
