// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/preflight.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "disk/preflight_rules.hpp"

namespace ferry {
namespace {

constexpr std::string_view critical = "critical";
constexpr std::string_view warning = "warning";
constexpr std::string_view info = "info";

struct Rule {
  std::string_view name;
  std::string_view level;
  Errc code;  // with which a critical finding refuses a job
  std::string_view when;
  std::string_view source;
  void (*look)(const rules::Server& server, const rules::Say& say);
};

constexpr auto unsupported = Errc::source_unsupported;
constexpr auto not_ready = Errc::source_not_ready;
constexpr auto none = Errc::none;

constexpr auto table = std::to_array<Rule>({
    {"windows", critical, unsupported, "The system is Windows.", "ENS: Linux only (F05)",
     rules::windows},
    {"architecture", critical, unsupported, "The architecture is not x86_64.",
     "ENS: x86 only (F08)", rules::architecture},
    {"no_disk", critical, unsupported, "The agent offers no disk.", "nothing to copy",
     rules::no_disk},
    {"system_disk_too_large", critical, unsupported,
     "The system disk is larger than `system_disk_max`.", "ENS: 2048 GiB (L10)",
     rules::system_disk_too_large},
    {"too_many_data_disks", critical, unsupported, "More data disks than `data_disks_max`.",
     "ENS: 4 (F06, L4)", rules::too_many_data_disks},
    {"data_disk_too_large", critical, unsupported, "A data disk is larger than `data_disk_max`.",
     "ENS: 500 GiB (F06, L5)", rules::data_disk_too_large},
    {"no_virtio", critical, not_ready,
     "Both lists of modules could be read, and no kernel has virtio_pci, virtio_net and one of "
     "virtio_blk and virtio_scsi.",
     "SMC client check: virtio", rules::no_virtio},
    {"not_root", critical, Errc::not_root, "The agent does not run as root.",
     "SMC client check: root", rules::not_root},

    {"large_sectors", warning, none,
     "A disk with a partition table has sectors of more than 512 bytes.",
     "the table counts in sectors", rules::large_sectors},
    {"disk_too_small", warning, none,
     "A disk is smaller than `system_disk_min` or `data_disk_min`, so its target must be larger.",
     "SMC: 20 GiB and 1 GiB (L10, L11)", rules::disk_too_small},
    {"image_may_be_too_large", warning, none,
     "More is in use than `image_max`, which holds for compressed files.", "ENS: 1 TiB (F09, L6)",
     rules::image_may_be_too_large},
    {"encrypted_volume", warning, none, "A partition has a LUKS header.",
     "others refuse them, or strand the key in a TPM", rules::encrypted_volume},
    {"raid_member", warning, none, "A partition is part of a RAID.", "all members must move",
     rules::raid_member},
    {"zfs_pool", warning, none, "A partition is part of a ZFS pool.", "can't be held still",
     rules::zfs_pool},
    {"bcache_device", warning, none, "A partition is backed by bcache.",
     "the cache may hold the newest data", rules::bcache_device},
    {"disk_seen_twice", warning, none, "Two disks have one model and serial number.", "multipath",
     rules::disk_seen_twice},
    {"loop_device", warning, none, "An offered disk is a loop device.", "its name does not last",
     rules::loop_device},
    {"kernel_without_virtio", warning, none,
     "A kernel lacks virtio drivers and another one has them.", "SMC client check: virtio",
     rules::kernel_without_virtio},
    {"no_kernel", warning, none, "/boot could be read and has no vmlinuz.",
     "SMC drill: vmlinuz in /boot", rules::no_kernel},
    {"no_initramfs", warning, none, "A kernel in /boot has no initramfs.",
     "SMC drill: initramfs in /boot", rules::no_initramfs},
    {"old_boot_loader", warning, none,
     "GRUB legacy, GRUB before 1.99, or before 2.02 on CentOS 5, RHEL 5, Debian 7, Amazon and "
     "Oracle Linux; the version is known of a running server only.",
     "SMC client check: GRUB", rules::old_boot_loader},
    {"no_boot_loader", warning, none,
     "/boot has kernels and no menu of GRUB, extlinux or systemd-boot.", "boot fix-ups",
     rules::no_boot_loader},
    {"no_fallback_loader", warning, none,
     "UEFI, and the ESP is mounted without EFI/BOOT/BOOTX64.EFI.",
     "firmware variables do not travel", rules::no_fallback_loader},
    {"device_names_in_fstab", warning, none, "fstab names sd, hd, vd, xvd, nvme, mmcblk or cciss.",
     "virtual disks have other names", rules::device_names_in_fstab},
    {"network_file_system", warning, none, "fstab has nfs, cifs or the like.",
     "the boot waits for their servers", rules::network_file_system},
    {"lvm_devices_file", warning, none,
     "/etc/lvm/devices/system.devices and a volume group are there.",
     "LVM does not see other disks then", rules::lvm_devices_file},
    {"static_address", warning, none,
     "A card has an address that the kernel knows no lease's end of; few DHCP clients tell none.",
     "an instance gets its address by DHCP", rules::static_address},
    {"layered_network", warning, none,
     "A bond, a team, a VLAN, or a bridge with a real card in it.", "an instance has plain cards",
     rules::layered_network},
    {"clock_skew", warning, none,
     "The server's clock was more than 5 minutes away from the controller's.",
     "SMC client check: clock", rules::clock_skew},
    {"cpu_busy", warning, none, "The processors are busy for more than 90 %.", "SMC drill: CPU",
     rules::cpu_busy},
    {"memory_full", warning, none, "More than 95 % of the memory are in use.", "SMC drill: memory",
     rules::memory_full},
    {"file_system_full", warning, none,
     "More than 99 % of a file system are in use; of a disk at rest, of ext2/3/4.",
     "SMC drill: space", rules::file_system_full},
    {"inodes_used_up", warning, none, "More than 99 % of a file system's inodes are in use.",
     "SMC drill: inodes", rules::inodes_used_up},
    {"little_space", warning, none,
     "Less than 100 MiB on / or 50 MiB on /boot are free, or less than 100 inodes.",
     "as virt-v2v asks", rules::little_space},
    {"outgoing_firewall", warning, none,
     "`nft list ruleset` or `iptables-save` shows rules for output; asked only if the kernel has "
     "tables.",
     "SMC drill: firewall", rules::outgoing_firewall},
    {"proxy", warning, none, "The agent's environment has http_proxy, https_proxy or all_proxy.",
     "SMC drill: proxy", rules::proxy},

    {"incoming_firewall", info, none, "The same tools show rules, and none for output.",
     "SMC drill: firewall", rules::incoming_firewall},
    {"no_bios_boot_partition", info, none,
     "GRUB starts by BIOS from a GPT without a BIOS boot partition.", "it can't be installed anew",
     rules::no_bios_boot_partition},
    {"volume_group_spans_disks", info, none, "A volume group has volumes on several disks.",
     "a part of it is useless", rules::volume_group_spans_disks},
    {"copied_whole", info, none, "A partition has xfs, btrfs, LVM or the like.",
     "blocks in use are known of ext2/3/4 only", rules::copied_whole},
    {"selinux_on", info, none, "SELinux is enforcing or permissive.",
     "SMC switches it off; here it stays", rules::selinux_on},
});

constexpr int rank(std::string_view level) {
  return level == critical ? 0 : level == warning ? 1 : 2;
}
static_assert(std::ranges::is_sorted(table, {}, [](const Rule& rule) { return rank(rule.level); }));

/// It comes from a server that may be hostile and ends in tables, logs and the journal.
std::string tame(std::string text) {
  if (text.size() > limits::finding_text_max) text.resize(limits::finding_text_max);
  std::ranges::replace(text, '\n', ' ');
  return printable(std::move(text));
}

}  // namespace

std::vector<Finding> preflight(const Inventory& inventory, const PreflightLimits& limits) {
  std::vector<Finding> findings;
  const rules::Server server{inventory, inventory.facts, limits};
  for (const auto& rule : table) {
    const auto say = [&](std::string what, std::string evidence, std::string fix) {
      if (findings.size() >= limits::findings_max) return;
      findings.push_back({static_cast<std::uint16_t>(rule.code), tame(std::move(what)),
                          tame(std::move(fix)), std::string{rule.level}, std::string{rule.name},
                          tame(std::move(evidence))});
    };
    rule.look(server, say);
  }
  return findings;
}

std::string preflight_reference() {
  std::string page =
      "# Pre-flight\n\n"
      "Made by `edgeferry reference preflight` from disk/preflight.cpp.\n\n"
      "Before a server is migrated it is asked what an ENS image can't be, what would fail, and\n"
      "what may hurt. `edgeferry-agent check` says it on the server itself, without a controller;\n"
      "the controller does so when a server registers and with every report of its agent:\n"
      "`edgeferry source check [ID | --all] [--refresh]`. Before a job starts the agent looks\n"
      "again. A *critical* finding refuses the start, and nothing is made; *warnings* are told by\n"
      "the start, the job's events and `job show`. Where the agent can't look again in time, the\n"
      "findings of its last report count.\n\n"
      "Each finding has evidence and a next step. What is not known is not found: of disks at "
      "rest\n"
      "and raw images only their files are asked, and of another file system than ext2/3/4 not\n"
      "even these. The agent only reads, asks no tool that would load a part of the kernel, and\n"
      "reports no values of environment variables. Limits in `code` font are keys of `[limits]` "
      "in\n"
      "the cluster file; `edgeferry-agent check` knows their defaults only.\n\n"
      "Three of SMC's checks have no rule here, because nothing depends on them: there is no\n"
      "snapshot driver to install, no rsync, and SELinux stays on.\n\n"
      "| finding | level | when | source |\n|---|---|---|---|\n";
  for (const auto& rule : table) {
    page.append("| ").append(rule.name);
    page.append(" | ").append(rule.level);
    page.append(" | ").append(rule.when);
    page.append(" | ").append(rule.source).append(" |\n");
  }
  page +=
      "\n`edgeferry-agent check --controller tcp://HOST:PORT` adds *controller_unreachable*\n"
      "(critical): nothing answers there.\n";
  return page;
}

}  // namespace ferry
