// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a guest's boot menus offer: grub, extlinux and the Boot Loader Specification's entries.
#pragma once

#include <string>
#include <vector>

#include "fixups/guest_root.hpp"

namespace ferry {

/// A kernel that a menu offers.
struct BootEntry {
  std::string place;                   // "/boot/grub/grub.cfg:12"
  std::string kernel;                  // as the boot loader names it: "/vmlinuz-6.1" or "/boot/..."
  std::vector<std::string> arguments;  // of the kernel
};

struct BootMenu {
  std::vector<std::string> files;
  std::vector<BootEntry> entries;
  /// UUIDs that grub searches its file systems by, with the places.
  std::vector<std::pair<std::string, std::string>> searched;
};

/// Reads all menus there are; what can't be read is left out.
[[nodiscard]] BootMenu boot_menu_of(const GuestRoot& root);

/// The value of the last "root=" or the like; empty if there is none.
[[nodiscard]] std::string argument_of(const BootEntry& entry, std::string_view name);

}  // namespace ferry
