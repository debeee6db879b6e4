// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a guest's fstab says is mounted where, and which attached volume is meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fixups/fix_up.hpp"
#include "images/attached_disks.hpp"

namespace ferry {

struct FstabEntry {
  std::string device;  // "UUID=...", "/dev/sda1"
  std::string point;   // "/boot"; "none" for swap
  std::string filesystem;
  std::string subvolume;  // of btrfs, an option as it stands there: "subvol=@", "subvolid=256"
};

/// At most limits::guest_mounts_max entries.
[[nodiscard]] std::vector<FstabEntry> parse_fstab(std::string_view text);
/// The entries of a guest's file, or of any located path; none if it can't be read.
[[nodiscard]] std::vector<FstabEntry> fstab_of(const GuestRoot& root, const std::string& path);

/// The volume that "UUID=...", "LABEL=...", "PARTUUID=...", /dev/disk/by-..., the name of a
/// logical volume, or one of the source's names stands for; null if none of these.
[[nodiscard]] const GuestVolume* find_volume(const std::vector<GuestVolume>& volumes,
                                             const std::vector<MigratedVolume>& names,
                                             std::string_view device);

/// The source's names of a disk's partitions, as its root's own fstab tells: if "/" is on /dev/sda2
/// and `root` is the second partition, then the disk was /dev/sda. None if it tells no such name.
[[nodiscard]] std::vector<MigratedVolume> names_by_root(const std::vector<GuestVolume>& volumes,
                                                        const GuestVolume& root,
                                                        const std::vector<FstabEntry>& fstab);

}  // namespace ferry
