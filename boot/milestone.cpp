// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/milestone.hpp"

#include "boot/console_text.hpp"

namespace ferry {
namespace {

struct Sign {
  Milestone milestone;
  std::string_view pattern;
};

/// The first that fits counts; of two milestones in one line it is the later one.
constexpr Sign signs[] = {
    {Milestone::boot_loader, "Welcome to GRUB!"},  // and not to a system of that name
    {Milestone::multi_user, "Reached target*multi-user.target"},
    {Milestone::multi_user, "Reached target*Multi-User System"},
    {Milestone::multi_user, "Reached target*Graphical Interface"},
    {Milestone::multi_user, " login:$"},
    {Milestone::init, "Welcome to *!$"},
    {Milestone::init, "systemd[1]: Hostname set to"},
    {Milestone::init, "OpenRC *is starting up"},
    {Milestone::init, "INIT: version *booting"},
    {Milestone::init, "Run /sbin/init as init process"},
    {Milestone::init, "init started: BusyBox"},
    {Milestone::root, "Switching root"},
    {Milestone::root, "EXT4-fs (*): mounted filesystem"},
    {Milestone::root, "EXT3-fs (*): mounted filesystem"},
    {Milestone::root, "XFS (*): Ending clean mount"},
    {Milestone::root, "XFS (*): Ending recovery"},
    {Milestone::root, "BTRFS info (device *): "},
    {Milestone::root, "VFS: Mounted root"},
    {Milestone::root, "Begin: Running /scripts/local-bottom"},
    {Milestone::kernel, "Linux version *"},
    {Milestone::boot_loader, "GRUB loading"},
    {Milestone::boot_loader, "GNU GRUB  version"},
    {Milestone::boot_loader, "grub rescue>"},
    {Milestone::boot_loader, "Booting `*'"},
    {Milestone::boot_loader, "EXTLINUX *"},
    {Milestone::boot_loader, "SYSLINUX *"},
    {Milestone::boot_loader, "Loading Linux"},
    {Milestone::firmware, "Booting from Hard Disk"},
    {Milestone::firmware, "BdsDxe: starting Boot"},
};

}  // namespace

std::string_view milestone_name(Milestone milestone) {
  switch (milestone) {
    case Milestone::firmware: return "firmware";
    case Milestone::boot_loader: return "boot loader";
    case Milestone::kernel: return "kernel";
    case Milestone::root: return "root file system";
    case Milestone::init: return "init";
    case Milestone::multi_user: return "multi-user";
    case Milestone::marker: return "marker";
    case Milestone::network: return "network";
  }
  return "";
}

std::optional<Milestone> milestone_in(std::string_view line) {
  // An initramfs of dracut welcomes, too, and UEFI starts its own shell where it finds nothing.
  for (const auto* other : {"(Initramfs)", "EFI Internal Shell"}) {
    if (line.find(other) != std::string_view::npos) return std::nullopt;
  }
  for (const auto& sign : signs) {
    if (shows(line, sign.pattern)) return sign.milestone;
  }
  return std::nullopt;
}

}  // namespace ferry
