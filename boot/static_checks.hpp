// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What can be said of an image without booting it, from the files of its mounted guest and the
// first sectors of its disks: quicker than a boot trial, and with causes instead of signs.
#pragma once

#include <vector>

#include "boot/image_finding.hpp"
#include "images/mounted_guest.hpp"

namespace ferry {

/// Looks at everything a boot needs, and changes nothing:
/// - each kernel's initramfs has the drivers of virtual disks (fixups/initramfs.hpp);
/// - the boot menu has an entry whose kernel is there and whose root= names a volume of the disks;
/// - entries of fstab and crypttab that a boot waits for name volumes of the disks, and none by
///   names that depend on the source's hardware;
/// - a boot loader can be started: by BIOS from the first disk's boot sector and what it loads, or
///   by UEFI from EFI/BOOT/BOOTX64.EFI on a FAT partition (asked of mtools);
/// - the kernel speaks on the serial console, or a boot trial sees nothing of it.
/// Errors: those of reading the guest and its disks.
[[nodiscard]] Result<std::vector<ImageFinding>> check_statically(const AttachedDisks& disks,
                                                                 const MountedGuest& mounted);

}  // namespace ferry
