// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/prepare.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.hpp"
#include "cloud/image_overlay.hpp"
#include "fixups/apply.hpp"
#include "fixups/initramfs.hpp"
#include "fixups/lines.hpp"
#include "fixups/rebuild.hpp"
#include "images/boot_loaders.hpp"
#include "images/mounted_guest.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

/// The folder goes with this, unless something is still mounted in it.
struct WorkFolder {
  fs::path path;
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

/// True unless a volume may lie in what nobody looks into, such as an array.
bool all_are_seen(const AttachedDisks& disks) {
  constexpr std::array closed{"linux_raid_member", "crypto_LUKS",    "zfs_member", "bcache",
                              "ddf_raid_member",   "isw_raid_member"};
  return disks.notes().empty() && std::ranges::none_of(disks.volumes(), [&](const auto& volume) {
           return std::ranges::find(closed, volume.filesystem) != closed.end();
         });
}

/// Every volume of the disks, with the name that the source gave it, or by its UUID; none where
/// nobody can say which of its disks stays behind.
std::vector<MigratedVolume> volumes_of(const AttachedDisks& disks,
                                       const std::vector<MigratedVolume>& names) {
  std::vector<MigratedVolume> volumes;
  if (names.empty() && !all_are_seen(disks)) return volumes;
  for (const auto& volume : disks.volumes()) {
    if (volume.uuid.empty()) continue;
    volumes.push_back(
        {"/dev/disk/by-uuid/" + volume.uuid, volume.uuid, volume.label, volume.partition_uuid});
    for (const auto& name : names) {
      if (name.uuid != volume.uuid) continue;
      volumes.push_back({name.device, volume.uuid, volume.label, volume.partition_uuid});
    }
  }
  return volumes;
}

/// What an initramfs has copies of.
bool is_in_initramfs(const Patch& patch) {
  static const std::set<std::string> fix_ups{"initramfs-tools", "dracut",   "mkinitfs",
                                             "resume",          "crypttab", "network card names"};
  return fix_ups.contains(patch.fix_up) || patch.file.starts_with("/etc/lvm/");
}

bool has_boot_menu(const GuestRoot& root) {
  return root.has("/boot/grub/grub.cfg") || root.has("/boot/grub2/grub.cfg") ||
         root.has("/boot/extlinux.conf") || root.has("/boot/extlinux/extlinux.conf");
}

/// ID of os-release, by which distributions name their folder of an ESP.
std::string owner_of_loaders(const GuestRoot& root) {
  const auto located = root.locate("/etc/os-release");
  if (!located) return {};
  const auto content = root.content(*located);
  return content && *content ? value_of((*content)->bytes, "ID").value_or("") : "";
}

/// How the disks get a boot loader that any firmware finds, if they have none.
struct LoaderPlan {
  std::optional<HiddenLoader> uefi;
  bool bios = false;  // the guest writes it
};

Result<LoaderPlan> loader_plan(const AttachedDisks& disks, const Guest& guest,
                               const GuestVolume& root, std::vector<std::string>& notes) {
  const auto bios = starts_by_bios(disks);
  if (!bios) return fail(bios.error());
  if (*bios) return LoaderPlan{};
  const auto uefi = starts_by_uefi(disks);
  if (!uefi) return fail(uefi.error());
  if (*uefi) return LoaderPlan{};
  auto hidden = hidden_loader(disks, owner_of_loaders(guest.root));
  if (!hidden) return fail(hidden.error());
  // grub asks device-mapper for the disk of a logical volume, and here it is a loop device.
  const auto steps = rebuild_steps(guest, disks.device(0));
  const bool writes =
      std::ranges::find(steps, Rebuilt::boot_loader, &RebuildStep::what) != steps.end();
  LoaderPlan plan{std::move(*hidden), writes && root.names.empty()};
  if (plan.uefi) plan.bios = false;
  if (!plan.uefi && !plan.bios) {
    notes.push_back(
        "neither BIOS nor UEFI can start the disks, and no boot loader that can be put there was "
        "found");
  }
  return plan;
}

/// The steps that the patches or the state of the guest ask for.
std::vector<RebuildStep> steps_for(const Guest& guest, const GuestVolume& root,
                                   const FixUpPlan& plan, const std::string& boot_disk,
                                   std::vector<std::string>& notes) {
  const bool initramfs =
      !guest.kernels.empty() &&
      (std::ranges::any_of(plan.patches, is_in_initramfs) || !check_initramfs(guest));
  bool menu =
      std::ranges::find(plan.patches, "kernel arguments", &Patch::fix_up) != plan.patches.end() ||
      !has_boot_menu(guest.root) || !check_boot_menu(guest.root);
  if (menu && !root.names.empty()) {
    // Makers of boot menus ask device-mapper for the root's name, and here it is a loop device.
    notes.push_back(
        "the root is a logical volume: the boot menu that is there gets the kernel arguments, and "
        "the guest's own tools make it anew once it runs");
    menu = false;
  }
  auto steps = rebuild_steps(guest, boot_disk);
  std::erase_if(steps, [&](const RebuildStep& step) {
    if (step.what == Rebuilt::boot_loader) return false;  // only with a disk to write it to
    return step.what == Rebuilt::initramfs ? !initramfs : !menu;
  });
  return steps;
}

struct Outcome {
  PreparedImage image;
  bool changed = false;
};

/// Everything between mounting and unmounting.
Result<Outcome> work_on(const PrepareRequest& request, const AttachedDisks& disks,
                        const MountedGuest& mounted) {
  auto guest = Guest::look_at(mounted.folder());
  if (!guest) return fail(guest.error());
  guest->root_is_volume = !mounted.root().names.empty();
  if (guest->root_is_volume && !guest->has(Capability::lvm)) {
    // What can't be put into an initramfs isn't worth a try.
    const auto faults = initramfs_faults(*guest);
    if (!faults) return fail(faults.error());
    if (!faults->volumes.empty()) return fail(volumes_not_found(*guest, *faults));
  }
  auto settings = request.fixups;
  settings.volumes = volumes_of(disks, mounted.names());
  settings.edit_menu = guest->root_is_volume;
  const auto plan = plan_fix_ups(*guest, settings);
  if (!plan) return fail(plan.error());
  Outcome outcome;
  auto& image = outcome.image;
  image.done = request.dry_run ? "planned" : "applied";
  image.root = mounted.root().about;
  image.points = mounted.points();
  for (const auto* notes : {&disks.notes(), &mounted.notes(), &plan->notes}) {
    image.notes.insert(image.notes.end(), notes->begin(), notes->end());
  }
  for (const auto& patch : plan->patches) {
    auto diff = request.dry_run ? unified_diff(patch) : std::string{};
    if (!diff) return fail(diff.error());
    image.patches.push_back({patch.file, patch.fix_up, patch.reason, std::move(*diff)});
  }
  const auto loader = loader_plan(disks, *guest, mounted.root(), image.notes);
  if (!loader) return fail(loader.error());
  const auto steps =
      steps_for(*guest, mounted.root(), *plan, loader->bios ? disks.device(0) : "", image.notes);
  for (const auto& step : steps) image.rebuilt.push_back(to_line(step));
  if (loader->uefi) image.notes.push_back(loader->uefi->about());
  outcome.changed = !plan->patches.empty() || !steps.empty() || loader->uefi;
  if (request.dry_run) return outcome;
  request.tell(std::to_string(plan->patches.size()) + " patches are applied");
  if (auto files = apply_patches(*guest, plan->patches); !files) return fail(files.error());
  if (loader->uefi) {
    if (auto done = show_loader(*loader->uefi, disks.work()); !done) return fail(done.error());
  }
  if (guest->kernels.empty()) return outcome;
  const auto tell = [&](const RebuildStep& step) {
    request.tell(step.reason + ": " + to_line(step));
  };
  if (auto done = rebuild(*guest, disks.guest_devices(), steps, tell); !done) {
    return fail(done.error());
  }
  return outcome;
}

/// The images take over what their overlays hold.
Result<> commit(const PrepareRequest& request, const AttachedDisks& disks, PreparedImage& image) {
  std::vector<std::vector<Extent>> changed;
  for (std::size_t i = 0; i < request.disks.size(); ++i) {
    auto extents = overlay_extents(disks.overlay(i));
    if (!extents) return fail(extents.error());
    changed.push_back(std::move(*extents));
  }
  for (std::size_t i = 0; i < changed.size(); ++i) {
    image.disks.push_back(prepared_disk(static_cast<std::uint32_t>(i), changed[i]));
    if (changed[i].empty()) continue;
    request.tell("the image takes over " + std::to_string(image.disks.back().changed_bytes) +
                 " changed bytes: " + request.disks[i].file.filename().string());
    if (auto done = commit_overlay(disks.overlay(i), request.disks[i].file); !done) return done;
  }
  return {};
}

}  // namespace

Result<PreparedImage> prepare_image(const PrepareRequest& request) {
  const WorkFolder folder{request.work};
  request.tell("the disks are attached");
  auto disks = AttachedDisks::attach(request.disks, request.work);
  if (!disks) return fail(disks.error());
  auto mounted = MountedGuest::mount(*disks, request.fixups.volumes);
  if (!mounted) return fail(mounted.error());
  auto outcome = work_on(request, *disks, *mounted);
  if (!outcome) return fail(outcome.error());
  if (auto done = mounted->unmount(); !done) return fail(done.error());
  if (auto done = disks->detach(); !done) return fail(done.error());
  if (request.dry_run || !outcome->changed) return std::move(outcome->image);
  if (auto done = commit(request, *disks, outcome->image); !done) return fail(done.error());
  return std::move(outcome->image);
}

PreparedDisk prepared_disk(std::uint32_t index, const std::vector<Extent>& extents) {
  std::vector<std::uint64_t> gaps;  // before each extent but the first
  for (std::size_t i = 1; i < extents.size(); ++i) {
    gaps.push_back(extents[i].offset - extents[i - 1].offset - extents[i - 1].length);
  }
  auto largest = gaps;
  std::ranges::sort(largest, std::greater{});
  // A gap larger than this stays a gap; there are fewer of these than ranges are told.
  const auto closed = extents.size() > limits::changed_ranges_max
                          ? largest[limits::changed_ranges_max - 1]
                          : std::uint64_t{0};
  PreparedDisk disk{index, 0, {}};
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (i > 0 && gaps[i - 1] <= closed) {
      auto& last = disk.changed.back();
      last.length = extents[i].offset + extents[i].length - last.offset;
    } else {
      disk.changed.push_back({extents[i].offset, extents[i].length});
    }
  }
  for (const auto& range : disk.changed) disk.changed_bytes += range.length;
  return disk;
}

}  // namespace ferry
