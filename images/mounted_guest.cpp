// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/mounted_guest.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/mount.h>

#include "disk/signature.hpp"
#include "images/fstab.hpp"

namespace ferry {
namespace {

struct Candidate {
  const GuestVolume* volume;
  std::string subvolume;  // "subvol=@rootfs"
};

bool may_hold_root(const std::string& type) {
  return is_ext(type) || type == "xfs" || type == "btrfs";
}

/// What every mount of a guest gets, and what its file system needs besides: a file system may ask
/// for a panic when it finds itself broken, and a copy has the UUID of its original.
Result<> mount_volume(const GuestVolume& volume, const std::string& folder,
                      const std::string& subvolume, bool only_look) {
  const bool ext = is_ext(volume.filesystem);
  const bool xfs = volume.filesystem == "xfs";
  std::string options = subvolume;
  if (ext) options = only_look ? "errors=continue,noload" : "errors=remount-ro";
  if (xfs) options = only_look ? "nouuid,norecovery" : "nouuid";
  const unsigned long flags =
      MS_NOSUID | MS_NODEV | MS_NOATIME | (only_look ? MS_RDONLY | MS_NOEXEC : 0UL);
  // One driver serves all three generations.
  const auto* type = ext ? "ext4" : volume.filesystem.c_str();
  if (::mount(volume.device.c_str(), folder.c_str(), type, flags, options.c_str()) == 0) return {};
  return fail(errno_error(Errc::guest_unusable,
                          "mount " + volume.about + " (" + volume.filesystem + ") at " + folder));
}

/// The option by which an fstab's "/" chooses its subvolume; nothing if it has no "/".
std::optional<std::string> root_option(const std::vector<FstabEntry>& fstab) {
  const auto found = std::ranges::find(fstab, "/", &FstabEntry::point);
  if (found == fstab.end()) return std::nullopt;
  return found->subvolume;
}

/// The subvolume of the file system mounted at `folder` whose own fstab names it as the root.
std::optional<std::string> root_subvolume(const GuestRoot& root) {
  for (const auto& name : root.list("/")) {
    const auto option = root_option(fstab_of(root, "/" + name + "/etc/fstab"));
    if (option && (*option == "subvol=" + name || *option == "subvol=/" + name)) return option;
  }
  return std::nullopt;
}

/// Whether the volume mounted at `folder` is a system's root, and by which option. One that has
/// /usr elsewhere is known by its fstab.
Result<std::optional<Candidate>> candidate_at(const GuestVolume& volume,
                                              const std::string& folder) {
  const auto root = GuestRoot::open(folder);
  if (!root) return fail(root.error());
  const auto option = root_option(fstab_of(*root, "/etc/fstab"));
  if (option || Guest::look_at(folder)) {
    return Candidate{&volume, volume.filesystem == "btrfs" ? option.value_or("") : ""};
  }
  if (volume.filesystem != "btrfs") return std::nullopt;
  const auto subvolume = root_subvolume(*root);
  if (!subvolume) return std::nullopt;
  return Candidate{&volume, *subvolume};
}

std::string described(const GuestVolume& volume) {
  return volume.about + " (" + (volume.filesystem.empty() ? "nothing known" : volume.filesystem) +
         (volume.uuid.empty() ? "" : ", UUID " + volume.uuid) + ")";
}

/// Looks into every file system, read-only.
Result<Candidate> find_root(const AttachedDisks& disks, std::vector<std::string>& notes) {
  const auto folder = (disks.work() / "look").string();
  if (auto made = make_folder(folder); !made) return fail(made.error());
  std::vector<Candidate> found;
  std::string list;
  for (const auto& volume : disks.volumes()) {
    list += (list.empty() ? "" : ", ") + described(volume);
    if (!may_hold_root(volume.filesystem)) continue;
    if (auto mounted = mount_volume(volume, folder, {}, true); !mounted) {
      notes.push_back(mounted.error().what);
      continue;
    }
    auto candidate = candidate_at(volume, folder);
    if (::umount2(folder.c_str(), 0) != 0) {
      return fail(errno_error(Errc::guest_unusable, "unmount " + volume.about));
    }
    if (!candidate) return fail(candidate.error());
    if (*candidate) found.push_back(**candidate);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    auto why = "no Linux system has its root on " + (list.empty() ? "the disks" : list);
    for (const auto& note : notes) why += "; " + note;
    for (const auto& note : disks.notes()) why += "; " + note;
    return fail(Errc::guest_missing, why);
  }
  std::string roots;
  for (const auto& one : found) roots += (roots.empty() ? "" : " and ") + described(*one.volume);
  return fail(Errc::guest_unusable,
              "there are " + std::to_string(found.size()) + " roots of Linux systems: " + roots,
              "give the disks of one system only");
}

bool is_part_of_boot(const std::string& point) {
  for (const std::string folder : {"/boot", "/efi", "/etc", "/usr"}) {
    if (point == folder || point.starts_with(folder + "/")) return true;
  }
  return point == "/var" || point == "/var/lib" || point == "/var/tmp";
}

}  // namespace

Result<MountedGuest> MountedGuest::mount(const AttachedDisks& disks,
                                         std::vector<MigratedVolume> names) {
  std::vector<std::string> notes;
  const auto found = find_root(disks, notes);
  if (!found) return fail(found.error());
  const auto folder = (disks.work() / "root").string();
  if (auto made = make_folder(folder); !made) return fail(made.error());
  MountedGuest guest{folder, *found->volume};
  guest.notes_ = std::move(notes);
  guest.names_ = std::move(names);
  if (auto mounted = mount_volume(guest.root_, folder, found->subvolume, false); !mounted) {
    return fail(mounted.error());
  }
  guest.points_.emplace_back("/");
  if (auto mounted = guest.mount_below(disks); !mounted) return fail(mounted.error());
  return guest;
}

Result<> MountedGuest::mount_below(const AttachedDisks& disks) {
  const auto root = GuestRoot::open(folder_);
  if (!root) return fail(root.error());
  auto entries = fstab_of(*root, "/etc/fstab");
  if (names_.empty() && disks.count() == 1) {
    names_ = names_by_root(disks.volumes(), root_, entries);
  }
  // "/boot" before "/boot/efi".
  std::ranges::stable_sort(entries, {}, [](const FstabEntry& e) { return e.point.size(); });
  for (const auto& entry : entries) {
    if (!is_part_of_boot(entry.point)) continue;
    const auto* volume = find_volume(disks.volumes(), names_, entry.device);
    if (volume == nullptr) {
      notes_.push_back(entry.point + " is on " + entry.device + ", which no disk given holds");
      continue;
    }
    const auto located = root->locate(entry.point);
    if (!located || !root->has_folder(*located)) {
      return fail(Errc::guest_unusable, entry.point + " of fstab is no folder of the guest");
    }
    if (std::ranges::find(points_, *located) != points_.end()) continue;
    if (!may_hold_root(volume->filesystem)) {
      notes_.push_back(entry.point + " is on " + described(*volume) + " and is not mounted");
      continue;
    }
    auto mounted = mount_volume(*volume, folder_ + *located, entry.subvolume, false);
    if (!mounted) return mounted;
    points_.push_back(*located);
  }
  return {};
}

MountedGuest::~MountedGuest() {
  // The last way out, after an error: detached, they end with this process at the latest.
  for (auto point = points_.rbegin(); point != points_.rend(); ++point) {
    (void)::umount2((folder_ + *point).c_str(), MNT_DETACH);
  }
}

Result<> MountedGuest::unmount() {
  while (!points_.empty()) {
    if (::umount2((folder_ + points_.back()).c_str(), UMOUNT_NOFOLLOW) != 0) {
      return fail(errno_error(Errc::guest_unusable, "unmount " + points_.back() + " of the guest"));
    }
    points_.pop_back();
  }
  return {};
}

}  // namespace ferry
