// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a firmware that sees the disks for the first time can start from them.
#pragma once

#include <optional>
#include <string>

#include "images/attached_disks.hpp"

namespace ferry {

/// True if the first sector of the first disk has boot code that, if it is grub's, leads somewhere.
/// Errors: disk_read_failed.
[[nodiscard]] Result<bool> starts_by_bios(const AttachedDisks& disks);
/// True if a FAT partition has EFI/BOOT/BOOTX64.EFI, which UEFI starts from any disk. Errors:
/// program_missing (mtools).
[[nodiscard]] Result<bool> starts_by_uefi(const AttachedDisks& disks);

/// A boot loader that the settings of the old firmware led to, and that no other firmware finds.
struct HiddenLoader {
  std::string device;  // the ESP, "/dev/loop0p1"
  std::string folder;  // of its owner: "EFI/debian"
  std::string file;    // "shimx64.efi", which starts grub in its folder, "grubx64.efi", ...

  /// For people: "EFI/debian/grubx64.efi is copied to EFI/BOOT/BOOTX64.EFI".
  [[nodiscard]] std::string about() const;
};

/// Where nothing can be started by UEFI, the loader in the folder of a FAT partition that has
/// `owner`'s name (as ID in os-release), or in the only one that has a loader. Errors: as
/// starts_by_uefi.
[[nodiscard]] Result<std::optional<HiddenLoader>> hidden_loader(const AttachedDisks& disks,
                                                                const std::string& owner);
/// Copies it, and what it starts from its own folder, to EFI/BOOT. Writes to the ESP by mtools,
/// since a kernel may have no vfat. `work` is for the copies. Errors: program_failed.
[[nodiscard]] Result<> show_loader(const HiddenLoader& loader, const std::filesystem::path& work);

}  // namespace ferry
