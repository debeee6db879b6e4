// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/file_facts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr std::array<std::string_view, 4> drivers{"virtio_pci", "virtio_blk", "virtio_scsi",
                                                  "virtio_net"};
constexpr std::string_view kernel_prefix = "vmlinuz-";

using Names = std::vector<std::string>;

bool contains(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <class T>
void add(std::vector<T>& list, T entry) {
  if (list.size() < limits::facts_listed_max) list.push_back(std::move(entry));
}

/// The names that Debian, Enterprise Linux, SUSE and Alpine give to an initramfs.
bool has_initramfs(const Names& boot, const std::string& kernel) {
  return contains(boot, "initrd.img-" + kernel) || contains(boot, "initrd-" + kernel) ||
         contains(boot, "initramfs-" + kernel + ".img") || contains(boot, "initramfs-" + kernel);
}

void read_kernels(const Names& boot, ServerFacts& facts) {
  for (const auto& file : boot) {
    if (!file.starts_with(kernel_prefix) || file.find("rescue") != std::string::npos) continue;
    const auto name = file.substr(kernel_prefix.size());
    add(facts.kernels, BootKernel{name, has_initramfs(boot, name)});
  }
  std::ranges::sort(facts.kernels, {}, &BootKernel::name);
}

/// Adds "virtio_blk" for "kernel/drivers/block/virtio_blk.ko.xz: ...".
void add_modules(const std::string& list, std::set<std::string>& modules) {
  std::istringstream lines{list};
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.find(':'), line.size()));
    auto name = line.substr(line.rfind('/') + 1);
    const auto end = name.find(".ko");
    if (end == std::string::npos) continue;
    name.resize(end);
    std::ranges::replace(name, '-', '_');
    modules.insert(std::move(name));
  }
}

/// Without both lists nobody knows what a kernel lacks: a driver may be built in.
void read_modules(const ServerTree& tree, ServerFacts& facts) {
  auto releases = tree.list("lib/modules");
  std::ranges::sort(releases);
  if (releases.size() > limits::guest_kernels_max) releases.resize(limits::guest_kernels_max);
  for (const auto& release : releases) {
    const auto folder = "lib/modules/" + release;
    const auto loadable = tree.read(folder + "/modules.dep", limits::guest_list_bytes_max);
    const auto builtin = tree.read(folder + "/modules.builtin", limits::guest_list_bytes_max);
    if (!loadable || !builtin || builtin->empty()) continue;
    std::set<std::string> modules;
    add_modules(*loadable, modules);
    add_modules(*builtin, modules);
    KernelModules kernel{release, {}};
    for (const auto driver : drivers) {
      if (!modules.contains(std::string{driver})) kernel.missing.emplace_back(driver);
    }
    add(facts.modules, std::move(kernel));
  }
}

void read_boot_loader(const ServerTree& tree, const Names& boot, ServerFacts& facts) {
  const auto grub = tree.list("boot/grub");
  const auto grub2 = tree.list("boot/grub2");
  const auto extlinux = tree.list("boot/extlinux");
  if (contains(grub, "grub.cfg") || contains(grub2, "grub.cfg")) {
    facts.boot_loader = "grub";
  } else if (contains(grub, "menu.lst") || contains(grub, "grub.conf")) {
    facts.boot_loader = "grub legacy";
  } else if (contains(boot, "extlinux.conf") || contains(extlinux, "extlinux.conf")) {
    facts.boot_loader = "extlinux";
  } else if (contains(tree.list("boot/loader"), "loader.conf") ||
             contains(tree.list("efi/loader"), "loader.conf")) {
    facts.boot_loader = "systemd-boot";
  }
}

/// FAT has no case, so neither have these names.
std::optional<std::string> find_any_case(const Names& names, std::string_view wanted) {
  const auto same = [&](const std::string& name) {
    return std::ranges::equal(name, wanted, [](char a, char b) {
      return std::toupper(static_cast<unsigned char>(a)) == b;
    });
  };
  const auto found = std::ranges::find_if(names, same);
  return found == names.end() ? std::nullopt : std::optional{*found};
}

/// Where the ESP is mounted and has loaders of others, the one that needs no firmware
/// variable is there or not.
void read_fallback_loader(const ServerTree& tree, ServerFacts& facts) {
  for (const std::string esp : {"boot/efi", "efi", "boot"}) {
    const auto efi = find_any_case(tree.list(esp), "EFI");
    if (!efi) continue;
    const auto folder = esp + "/" + *efi;
    const auto loaders = tree.list(folder);
    if (loaders.empty()) continue;
    const auto boot = find_any_case(loaders, "BOOT");
    const bool there = boot && find_any_case(tree.list(folder + "/" + *boot), "BOOTX64.EFI");
    facts.fallback_loader = there ? "present" : "absent";
    return;
  }
}

bool is_device_name(std::string_view device) {
  constexpr std::array kinds{"sd", "hd", "vd", "xvd", "nvme", "mmcblk", "cciss/"};
  if (!device.starts_with("/dev/")) return false;
  device.remove_prefix(5);
  return std::ranges::any_of(kinds, [&](const char* kind) { return device.starts_with(kind); });
}

bool is_network_type(std::string_view type) {
  constexpr std::array types{"nfs",        "nfs4",           "cifs",      "smbfs",
                             "smb3",       "ceph",           "glusterfs", "sshfs",
                             "fuse.sshfs", "fuse.glusterfs", "9p",        "lustre"};
  return std::ranges::find(types, type) != types.end();
}

/// Returns whether it has an entry for /boot.
bool read_fstab(const ServerTree& tree, ServerFacts& facts) {
  bool names_boot = false;
  const auto text = tree.read("etc/fstab", limits::guest_file_bytes_max).value_or("");
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string device, point, type;
    words >> device >> point >> type;
    if (type.empty() || device.starts_with('#')) continue;
    names_boot = names_boot || point == "/boot";
    auto entry = device + " on " + (type == "swap" ? type : point);
    entry.resize(std::min(entry.size(), limits::finding_text_max));
    if (is_device_name(device)) add(facts.device_names, entry);
    if (is_network_type(type)) add(facts.network_mounts, entry);
  }
  return names_boot;
}

void read_selinux(const ServerTree& tree, ServerFacts& facts) {
  const auto text = tree.read("etc/selinux/config", limits::guest_file_bytes_max).value_or("");
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view key = "SELINUX=";
    if (!line.starts_with(key)) continue;
    for (const auto* state : {"enforcing", "permissive", "disabled"}) {
      if (line.substr(key.size()).starts_with(state)) facts.selinux = state;
    }
  }
}

}  // namespace

void read_file_facts(const ServerTree& tree, ServerFacts& facts) {
  const auto boot = tree.list("boot");
  const bool names_boot = read_fstab(tree, facts);
  read_kernels(boot, facts);
  // An empty folder that waits for its own file system tells nothing.
  facts.boot_seen = !facts.kernels.empty() || !names_boot;
  read_modules(tree, facts);
  read_boot_loader(tree, boot, facts);
  read_fallback_loader(tree, facts);
  read_selinux(tree, facts);
  facts.lvm_devices_file = contains(tree.list("etc/lvm/devices"), "system.devices");
}

}  // namespace ferry
