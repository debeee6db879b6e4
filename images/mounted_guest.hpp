// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The system on attached disks, mounted as it mounts itself. Its root is found by looking into
// every file system, not by partition numbers or labels.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "fixups/fix_up.hpp"
#include "images/attached_disks.hpp"

namespace ferry {

class MountedGuest {
 public:
  /// Finds the one root on the disks and mounts it, writable, with those file systems of its
  /// fstab that lie on the disks and hold what a boot is made of: at and below /boot, /efi, /etc
  /// and /usr; /var, /var/lib and /var/tmp. What nobody needs keeps its bytes. `names` are the
  /// source's names of volumes, for entries such as /dev/sda1; where there are none, a single disk
  /// has the name that its own fstab gives it. Errors: guest_missing without a
  /// root, guest_unusable with more than one, naming them, or for a mount that fails.
  [[nodiscard]] static Result<MountedGuest> mount(const AttachedDisks& disks,
                                                  std::vector<MigratedVolume> names);
  ~MountedGuest();
  MountedGuest(MountedGuest&&) = default;
  MountedGuest& operator=(MountedGuest&&) = delete;

  /// Where its root is mounted.
  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// The volume that holds the root.
  [[nodiscard]] const GuestVolume& root() const { return root_; }
  /// Its mount points, the outer ones first: "/", "/boot".
  [[nodiscard]] const std::vector<std::string>& points() const { return points_; }
  /// The source's names of volumes, as given or found.
  [[nodiscard]] const std::vector<MigratedVolume>& names() const { return names_; }
  /// What could not be mounted, for people.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  /// Errors: guest_unusable if something in it is still used.
  [[nodiscard]] Result<> unmount();

 private:
  MountedGuest(std::string folder, GuestVolume root)
      : folder_(std::move(folder)), root_(std::move(root)) {}
  Result<> mount_below(const AttachedDisks& disks);

  std::string folder_;
  GuestVolume root_;
  std::vector<MigratedVolume> names_;
  std::vector<std::string> points_;
  std::vector<std::string> notes_;
};

}  // namespace ferry
