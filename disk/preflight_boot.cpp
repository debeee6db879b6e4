// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>

#include "disk/preflight_rules.hpp"

namespace ferry::rules {
namespace {

constexpr std::string_view bios_boot_guid = "21686148-6449-6e6f-744e-656564454649";
constexpr std::size_t named_max = 5;  // entries of a list in one text

std::string some_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < named_max; ++i) {
    text += (text.empty() ? "" : ", ") + words[i];
  }
  if (words.size() > named_max)
    text += " and " + std::to_string(words.size() - named_max) + " more";
  return text;
}

/// A virtual machine's disk is reached by PCI and one of two drivers, its network by a third.
bool fits(const KernelModules& kernel) {
  const auto lacks = [&](const char* driver) {
    return std::ranges::find(kernel.missing, driver) != kernel.missing.end();
  };
  return !lacks("virtio_pci") && !lacks("virtio_net") &&
         (!lacks("virtio_blk") || !lacks("virtio_scsi"));
}

std::string lacks_text(const KernelModules& kernel) {
  return "/lib/modules/" + kernel.release + " has no " + some_of(kernel.missing) +
         ", neither as a module nor built in";
}

/// {1, 99} for "1.99-27"; {2, 6} for "2.06"; nothing for what is no version.
std::optional<std::pair<int, int>> version_of(const std::string& text) {
  std::pair<int, int> version;
  const auto* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, version.first);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, version.second);
  if (minor.ec != std::errc{}) return std::nullopt;
  return version;
}

/// What SMC asks for: 1.99, and 2.02 on some distributions.
std::pair<int, int> least_grub(const Inventory& inventory) {
  const auto major = inventory.os_version.substr(0, inventory.os_version.find('.'));
  const auto is = [&](const char* id, const char* version) {
    return inventory.os_id == id && (version == nullptr || major == version);
  };
  const bool newer = is("centos", "5") || is("rhel", "5") || is("debian", "7") ||
                     is("amzn", nullptr) || is("ol", nullptr);
  return newer ? std::pair{2, 2} : std::pair{1, 99};
}

}  // namespace

void no_virtio(const Server& server, const Say& say) {
  const auto& kernels = server.facts.modules;
  if (kernels.empty() || std::ranges::any_of(kernels, fits)) return;
  say("no kernel has the drivers of a virtual machine's disk and network",
      lacks_text(kernels.back()), "install a kernel with the virtio drivers, then check again");
}

void kernel_without_virtio(const Server& server, const Say& say) {
  const auto& kernels = server.facts.modules;
  if (std::ranges::none_of(kernels, fits)) return;  // which no_virtio tells
  for (const auto& kernel : kernels) {
    if (fits(kernel)) continue;
    say("kernel " + kernel.release + " can't start in a virtual machine", lacks_text(kernel),
        "have another kernel start by default, or remove this one");
  }
}

void no_kernel(const Server& server, const Say& say) {
  if (!server.facts.boot_seen || !server.facts.kernels.empty()) return;
  say("no kernel was found in /boot", "there is no file vmlinuz-*",
      "mount /boot or install a kernel, unless the boot loader starts one from elsewhere");
}

void no_initramfs(const Server& server, const Say& say) {
  for (const auto& kernel : server.facts.kernels) {
    if (kernel.initramfs) continue;
    say("kernel " + kernel.name + " has no initramfs",
        "/boot has vmlinuz-" + kernel.name + " and no initrd or initramfs of that name",
        "make it with update-initramfs, dracut or mkinitfs, unless this kernel needs none");
  }
}

void old_boot_loader(const Server& server, const Say& say) {
  const auto& facts = server.facts;
  const std::string fix =
      "the image keeps it as it is, and boot fix-ups can't make its menu anew: install GRUB 2 "
      "first if device names must change";
  if (facts.boot_loader == "grub legacy") {
    say("the boot loader is GRUB legacy", "/boot/grub has its menu and no grub.cfg", fix);
  }
  const auto version = version_of(facts.boot_loader_version);
  const auto least = least_grub(server.inventory);
  if (facts.boot_loader != "grub" || !version || *version >= least) return;
  say("the boot loader is an old GRUB",
      "it is GRUB " + facts.boot_loader_version + ", the least is " +
          (least.first == 2 ? "2.02" : "1.99"),
      fix);
}

void no_boot_loader(const Server& server, const Say& say) {
  const auto& facts = server.facts;
  if (!facts.boot_seen || facts.kernels.empty() || !facts.boot_loader.empty()) return;
  say("no boot loader was recognised",
      "/boot has kernels, but no menu of GRUB, extlinux or systemd-boot",
      "the image keeps what is there; boot fix-ups can't change its menu");
}

void no_bios_boot_partition(const Server& server, const Say& say) {
  if (server.inventory.disks.empty() || server.inventory.firmware != "bios") return;
  const auto& disk = server.inventory.disks.front();
  const bool has_one = std::ranges::any_of(
      disk.partitions, [](const auto& partition) { return partition.type == bios_boot_guid; });
  if (disk.table != "gpt" || has_one || server.facts.boot_loader != "grub") return;
  say("the system disk has no BIOS boot partition",
      disk.path + " has a GPT, starts by BIOS, and GRUB has no place of its own on it",
      "the copy starts as the source does; GRUB can't be installed anew on it without such a "
      "partition");
}

void no_fallback_loader(const Server& server, const Say& say) {
  if (server.facts.fallback_loader != "absent" || server.inventory.firmware != "uefi") return;
  say("the firmware of another machine finds no boot loader on the ESP",
      "the ESP has loaders, but no EFI/BOOT/BOOTX64.EFI",
      "run 'grub-install --removable' on the server, or copy its loader there");
}

void device_names_in_fstab(const Server& server, const Say& say) {
  if (server.facts.device_names.empty()) return;
  say("/etc/fstab has names of disks that change in a virtual machine",
      some_of(server.facts.device_names),
      "name them by UUID= (blkid tells it), or have the image's boot fix-ups do it");
}

void network_file_system(const Server& server, const Say& say) {
  if (server.facts.network_mounts.empty()) return;
  say("/etc/fstab has file systems of other servers", some_of(server.facts.network_mounts),
      "make sure that the image reaches them, or give them the option nofail");
}

void lvm_devices_file(const Server& server, const Say& say) {
  if (!server.facts.lvm_devices_file || server.inventory.lvm.empty()) return;
  say("LVM keeps to a list of the disks it had here",
      "there is /etc/lvm/devices/system.devices, and a volume group",
      "remove that file before the last pass, or have the image's boot fix-ups do it");
}

void static_address(const Server& server, const Say& say) {
  if (server.facts.static_addresses.empty()) return;
  say("the server's addresses are its own, and no lease of DHCP",
      some_of(server.facts.static_addresses),
      "an instance gets its address by DHCP: have the image's boot fix-ups ask for it, or change "
      "the network settings before the last pass");
}

void layered_network(const Server& server, const Say& say) {
  if (server.facts.layered_nics.empty()) return;
  say("network interfaces stand on others", some_of(server.facts.layered_nics),
      "an instance has plain cards: boot fix-ups leave such settings alone, so prepare a plain "
      "one, and a way in by the console");
}

void selinux_on(const Server& server, const Say& say) {
  const auto& state = server.facts.selinux;
  if (state != "enforcing" && state != "permissive") return;
  say("SELinux is on", "it is " + state,
      "it stays on; what boot fix-ups change is labelled at the first start, which takes longer");
}

}  // namespace ferry::rules
