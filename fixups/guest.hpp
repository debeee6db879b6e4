// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a guest can do, as seen from its files: which kernels it has and which programs keep
// its start-up and its network. Nothing asks for the name of a distribution, so one that
// nobody has heard of is treated by what is in it.
#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "fixups/guest_root.hpp"

namespace ferry {

enum class Capability : std::uint8_t {
  fstab,
  systemd,
  openrc,
  inittab,
  udev,
  initramfs_tools,
  dracut,
  mkinitfs,
  grub,       // grub2 with its own configuration maker
  grub_bios,  // the boot loader's modules for BIOS, or ...
  grub_efi,   // ... for UEFI, are in the guest
  extlinux,
  boot_entries,  // the Boot Loader Specification's files
  netplan,
  ifupdown,
  network_manager,
  networkd,
  ifcfg,
  wicked,
  cloud_init,
  selinux,
  lvm,
  count
};

class Capabilities {
 public:
  Capabilities() = default;
  Capabilities(std::initializer_list<Capability> list) {
    for (const auto one : list) add(one);
  }
  void add(Capability one) { bits_.set(static_cast<std::size_t>(one)); }
  [[nodiscard]] bool has(Capability one) const { return bits_[static_cast<std::size_t>(one)]; }
  [[nodiscard]] bool intersects(const Capabilities& other) const {
    return (bits_ & other.bits_).any();
  }
  [[nodiscard]] bool empty() const { return bits_.none(); }

 private:
  std::bitset<static_cast<std::size_t>(Capability::count)> bits_;
};

/// Returns "initramfs-tools", "boot-entries".
[[nodiscard]] std::string_view capability_name(Capability one);

/// One folder of /lib/modules.
struct Kernel {
  std::string version;            // "6.1.0-25-cloud-amd64"
  std::set<std::string> modules;  // names with '_', of modules.dep
  std::set<std::string> builtin;

  [[nodiscard]] bool has_module(const std::string& name) const { return modules.contains(name); }
  [[nodiscard]] bool is_builtin(const std::string& name) const { return builtin.contains(name); }
};

struct Guest {
  GuestRoot root;
  Capabilities capabilities;
  std::vector<Kernel> kernels;
  bool root_is_volume = false;  // in LVM: no file says so, whoever has mounted it does

  /// Looks at the files beneath a folder and writes nothing. Errors: guest_unusable if no
  /// Linux system has its root there.
  [[nodiscard]] static Result<Guest> look_at(const std::string& folder);
  [[nodiscard]] bool has(Capability one) const { return capabilities.has(one); }
};

/// Returns "virtio_blk" for "kernel/drivers/block/virtio-blk.ko.xz".
[[nodiscard]] std::string module_name(std::string_view path);

}  // namespace ferry
