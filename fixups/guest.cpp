// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/guest.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/limits.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

using enum Capability;

/// One of these files or folders shows the capability.
struct Sign {
  Capability capability;
  std::vector<std::string_view> any_of;
};

const std::array signs{
    Sign{fstab, {"/etc/fstab"}},
    Sign{systemd, {"/lib/systemd/systemd", "/usr/lib/systemd/systemd"}},
    Sign{openrc, {"/sbin/openrc", "/usr/sbin/openrc", "/sbin/openrc-run"}},
    Sign{inittab, {"/etc/inittab"}},
    Sign{udev, {"/etc/udev", "/lib/udev", "/usr/lib/udev"}},
    Sign{initramfs_tools, {"/usr/sbin/update-initramfs", "/sbin/update-initramfs"}},
    Sign{dracut, {"/usr/bin/dracut", "/sbin/dracut", "/usr/sbin/dracut"}},
    Sign{mkinitfs, {"/sbin/mkinitfs", "/usr/sbin/mkinitfs"}},
    Sign{grub,
         {"/usr/sbin/grub-mkconfig", "/usr/bin/grub-mkconfig", "/sbin/grub2-mkconfig",
          "/usr/sbin/grub2-mkconfig"}},
    Sign{grub_bios, {"/usr/lib/grub/i386-pc", "/usr/share/grub2/i386-pc"}},
    Sign{grub_efi,
         {"/usr/lib/grub/x86_64-efi", "/usr/share/grub2/x86_64-efi", "/boot/efi/EFI/BOOT",
          "/usr/share/efi/x86_64"}},
    Sign{extlinux,
         {"/etc/update-extlinux.conf", "/boot/extlinux.conf", "/boot/extlinux/extlinux.conf"}},
    Sign{boot_entries, {"/boot/loader/entries"}},
    Sign{netplan, {"/etc/netplan"}},
    Sign{ifupdown, {"/etc/network/interfaces"}},
    Sign{network_manager, {"/usr/sbin/NetworkManager"}},
    Sign{networkd,
         {"/etc/systemd/system/multi-user.target.wants/systemd-networkd.service",
          "/etc/systemd/system/dbus-org.freedesktop.network1.service"}},
    Sign{ifcfg, {"/etc/sysconfig/network-scripts/ifcfg-lo"}},
    Sign{wicked, {"/usr/sbin/wicked", "/usr/sbin/wickedd"}},
    Sign{lvm, {"/sbin/lvm", "/usr/sbin/lvm"}},
    Sign{cloud_init, {"/usr/bin/cloud-init", "/etc/cloud/cloud.cfg"}},
};

constexpr std::array capability_names{"fstab",
                                      "systemd",
                                      "openrc",
                                      "inittab",
                                      "udev",
                                      "initramfs-tools",
                                      "dracut",
                                      "mkinitfs",
                                      "grub",
                                      "grub-bios",
                                      "grub-efi",
                                      "extlinux",
                                      "boot-entries",
                                      "netplan",
                                      "ifupdown",
                                      "NetworkManager",
                                      "systemd-networkd",
                                      "ifcfg",
                                      "wicked",
                                      "cloud-init",
                                      "SELinux",
                                      "LVM"};
static_assert(capability_names.size() == static_cast<std::size_t>(count));

std::string text_at(const GuestRoot& root, const std::string& path, std::uint64_t bytes_max) {
  const auto located = root.locate(path);
  if (!located) return {};
  auto content = root.content(*located, bytes_max);
  return content && *content ? std::move((*content)->bytes) : std::string{};
}

/// A policy that is there, and not switched off.
bool labels_files(const GuestRoot& root) {
  if (!root.has("/usr/sbin/load_policy") && !root.has("/sbin/load_policy")) return false;
  const auto config = text_at(root, "/etc/selinux/config", limits::guest_file_bytes_max);
  std::string state;
  for (const auto line : lines_of(config)) {
    const auto text = trimmed(line);
    if (text.starts_with("SELINUX=")) state = text.substr(8);
  }
  return state == "enforcing" || state == "permissive";
}

/// Folders such as "extra" are no kernels.
bool is_version(const std::string& name) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto dot = name.find_first_not_of("0123456789");
  return dot != 0 && dot != std::string::npos && name[dot] == '.' && dot + 1 < name.size() &&
         digit(name[dot + 1]);
}

Kernel read_kernel(const GuestRoot& root, const std::string& version) {
  Kernel kernel{version, {}, {}};
  const auto folder = "/lib/modules/" + version;
  const auto dep = text_at(root, folder + "/modules.dep", limits::guest_list_bytes_max);
  for (const auto line : lines_of(dep)) {
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) kernel.modules.insert(module_name(line.substr(0, colon)));
  }
  const auto builtin = text_at(root, folder + "/modules.builtin", limits::guest_list_bytes_max);
  for (const auto line : lines_of(builtin)) kernel.builtin.insert(module_name(trimmed(line)));
  return kernel;
}

}  // namespace

std::string_view capability_name(Capability one) {
  return capability_names[static_cast<std::size_t>(one)];
}

std::string module_name(std::string_view path) {
  auto name = std::string{path.substr(path.rfind('/') + 1)};
  if (const auto end = name.find(".ko"); end != std::string::npos) name.resize(end);
  std::ranges::replace(name, '-', '_');
  return name;
}

Result<Guest> Guest::look_at(const std::string& folder) {
  auto root = GuestRoot::open(folder);
  if (!root) return fail(root.error());
  if (!root->has_folder("/etc") || !(root->has_folder("/bin") || root->has_folder("/usr/bin"))) {
    return fail(Errc::guest_unusable,
                folder + " has no /etc and /bin, so no Linux system is there");
  }
  Guest guest{std::move(*root), {}, {}, false};
  for (const auto& [capability, any_of] : signs) {
    const auto shows = [&](std::string_view path) { return guest.root.has(path); };
    if (std::ranges::any_of(any_of, shows)) guest.capabilities.add(capability);
  }
  if (labels_files(guest.root)) guest.capabilities.add(selinux);
  for (const auto& name : guest.root.list("/lib/modules")) {
    if (is_version(name) && guest.root.has_folder("/lib/modules/" + name) &&
        guest.kernels.size() < limits::guest_kernels_max) {
      guest.kernels.push_back(read_kernel(guest.root, name));
    }
  }
  return guest;
}

}  // namespace ferry
