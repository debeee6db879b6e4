// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/fix_up.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace ferry {
namespace {

using enum Capability;

// In this order: the kernel's arguments follow from the network's settings, and whether files
// have to be labelled from all others.
const std::array table{
    FixUp{"fstab", "device names that change, and disks that stay behind", {fstab}, fix_fstab},
    FixUp{"crypttab", "device names of encrypted volumes", {}, fix_crypttab},
    FixUp{"device map", "the boot loader's list of disks that were", {grub}, fix_device_map},
    FixUp{"initramfs-tools", "drivers for virtual disks", {initramfs_tools}, fix_initramfs_tools},
    FixUp{"dracut", "drivers for virtual disks", {dracut}, fix_dracut},
    FixUp{"mkinitfs", "drivers for virtual disks", {mkinitfs}, fix_mkinitfs},
    FixUp{"resume", "the swap that a boot looks for a sleeping system in", {}, fix_resume},
    FixUp{"network card names", "cards keep their names", {udev, systemd}, fix_nic_names},
    FixUp{"netplan", "addresses by DHCP", {netplan}, fix_netplan},
    FixUp{"ifupdown", "addresses by DHCP", {ifupdown}, fix_ifupdown},
    FixUp{"NetworkManager", "addresses by DHCP", {network_manager}, fix_network_manager},
    FixUp{"systemd-networkd", "addresses by DHCP", {networkd}, fix_networkd},
    FixUp{"ifcfg", "addresses by DHCP", {ifcfg, wicked}, fix_ifcfg},
    FixUp{"kernel arguments",
          "serial console, device names and names of network cards",
          {grub, extlinux, boot_entries},
          fix_kernel_arguments},
    FixUp{"cloud-init", "settings and identity stay what they are", {cloud_init}, fix_cloud_init},
    FixUp{"caches", "what programs remember of disks that were", {}, fix_caches},
    FixUp{"getty", "a login on the serial console", {systemd, inittab}, fix_getty},
    FixUp{"SELinux", "labels for what was changed", {selinux}, fix_labels},
};

bool is_mac(const std::string& text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (i % 3 == 2 ? c != ':' : std::isxdigit(c) == 0) return false;
  }
  return true;
}

bool is_word(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view{"-_.:+@/"}.find(c) != std::string_view::npos;
  });
}

/// What becomes part of a guest's files must not end a word or a line there.
Result<> check(const FixUpSettings& settings) {
  for (const auto& volume : settings.volumes) {
    if (!is_word(volume.device) || !volume.device.starts_with("/dev/") || !is_word(volume.uuid)) {
      return fail(Errc::invalid_argument,
                  "volume '" + volume.device + "' with UUID '" + volume.uuid + "'",
                  "write /dev/NAME=UUID, for example /dev/sda1=0f3a6e55-4a8c-4c2a-9a5e-6d1f");
    }
  }
  for (const auto& nic : settings.nics) {
    // 15 bytes: IFNAMSIZ without the zero at its end.
    const bool named =
        is_word(nic.name) && nic.name.size() <= 15 && nic.name.find('/') == std::string::npos;
    const auto fits = [](const std::string& mac) { return mac.empty() || is_mac(mac); };
    if (!named || !fits(nic.mac) || !fits(nic.target_mac)) {
      return fail(
          Errc::invalid_argument,
          "network card '" + nic.name + "' with addresses '" + nic.mac + "' and '" +
              nic.target_mac + "'",
          "write NAME,OLD-MAC,NEW-MAC, for example ens192,00:50:56:00:00:01,52:54:00:00:00:01");
    }
  }
  if (!settings.serial_port.empty() &&
      (!is_word(settings.serial_port) || settings.serial_port.find('/') != std::string::npos)) {
    return fail(Errc::invalid_argument, "serial port '" + settings.serial_port + "'",
                "write a name such as ttyS0");
  }
  return {};
}

/// The part of a name that is a partition of a disk: "/dev/vda2", "/dev/nvme0n1p1".
bool is_disk_name(std::string_view device) {
  constexpr std::array disks{
      "/dev/sd",     "/dev/hd",     "/dev/vd",          "/dev/xvd",           "/dev/nvme",
      "/dev/mmcblk", "/dev/cciss/", "/dev/disk/by-id/", "/dev/disk/by-path/", "/dev/sr",
      "/dev/cdrom",  "/dev/dvd",    "/dev/fd"};
  return std::ranges::any_of(disks,
                             [&](std::string_view disk) { return device.starts_with(disk); });
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

constexpr auto by_partuuid = "/dev/disk/by-partuuid/";

/// The UUID of a partition that a volume is named by, in small letters; empty if it isn't.
std::string partition_uuid_in(std::string_view device) {
  for (const std::string_view start :
       {std::string_view{"PARTUUID="}, std::string_view{by_partuuid}}) {
    if (device.starts_with(start)) return lower(without_quotes(device.substr(start.size())));
  }
  return {};
}

}  // namespace

std::span<const FixUp> fix_ups() { return table; }

std::optional<std::string> uuid_of(const FixUpSettings& settings, std::string_view device) {
  const auto partition = partition_uuid_in(device);
  const auto is_there = [&](const MigratedVolume& volume) {
    return lower(volume.partition_uuid) == partition;
  };
  // Partitions mostly keep it.
  if (!partition.empty() && std::ranges::any_of(settings.volumes, is_there)) return {};
  const auto name = partition.empty() ? std::string{device} : by_partuuid + partition;
  for (const auto& volume : settings.volumes) {
    if (volume.device == name) return "UUID=" + volume.uuid;
  }
  return {};
}

bool is_missing(const FixUpSettings& settings, std::string_view device) {
  if (settings.volumes.empty()) return false;
  const auto equals = device.find('=');
  auto kind = device.substr(0, equals);
  auto value =
      equals == std::string_view::npos ? device : without_quotes(device.substr(equals + 1));
  for (const auto& [folder, tag] :
       {std::pair{"/dev/disk/by-uuid/", "UUID"}, std::pair{"/dev/disk/by-label/", "LABEL"},
        std::pair{by_partuuid, "PARTUUID"}}) {
    if (device.starts_with(folder)) {
      value = device.substr(std::string_view{folder}.size());
      kind = tag;
    }
  }
  const auto answers = [&](const MigratedVolume& volume) {
    if (kind == "UUID") return lower(volume.uuid) == lower(value);
    if (kind == "LABEL") return volume.label == value;
    if (kind == "PARTUUID") return lower(volume.partition_uuid) == lower(value);
    return volume.device == device;
  };
  const bool names_known = std::ranges::any_of(
      settings.volumes, [](const auto& volume) { return is_disk_name(volume.device); });
  const bool judged =
      kind == "UUID" || (is_disk_name(device) && names_known) ||
      // Labels count only if the caller has told some.
      (kind == "LABEL" &&
       std::ranges::any_of(settings.volumes, [](const auto& v) { return !v.label.empty(); })) ||
      (kind == "PARTUUID" && std::ranges::any_of(settings.volumes, [](const auto& v) {
         return !v.partition_uuid.empty();
       }));
  return judged && std::ranges::none_of(settings.volumes, answers);
}

Result<FixUpPlan> plan_fix_ups(const Guest& guest, const FixUpSettings& settings) {
  if (auto sound = check(settings); !sound) return fail(sound.error());
  Draft draft{guest};
  for (const auto& fix_up : table) {
    if (!fix_up.any_of.empty() && !guest.capabilities.intersects(fix_up.any_of)) continue;
    draft.begin(fix_up.name);
    fix_up.draft(draft, settings);
  }
  if (guest.kernels.empty()) {
    draft.begin("kernels");
    draft.note("/lib/modules has no kernel, so nobody can tell which drivers it brings");
  }
  return FixUpPlan{draft.patches(), draft.notes()};
}

}  // namespace ferry
