// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/static_checks.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.hpp"
#include "boot/boot_menu.hpp"
#include "fixups/initramfs.hpp"
#include "fixups/lines.hpp"
#include "images/boot_loaders.hpp"
#include "images/fstab.hpp"

namespace ferry {
namespace {

using Findings = std::vector<ImageFinding>;
using enum FindingLevel;

constexpr auto rebuild_remedy = "run 'edgeferry image prepare' on the image";

/// What the checks look at.
struct Subject {
  const AttachedDisks& disks;
  const Guest& guest;

  [[nodiscard]] bool has_volume(std::string_view device) const {
    return find_volume(disks.volumes(), {}, device) != nullptr;
  }
};

/// A disk's name that another machine doesn't give, or gives to another disk.
bool depends_on_hardware(std::string_view device) {
  constexpr std::array places{"/dev/sd",         "/dev/hd",           "/dev/xvd",
                              "/dev/vd",         "/dev/nvme",         "/dev/cciss",
                              "/dev/disk/by-id", "/dev/disk/by-path", "/dev/mmcblk"};
  return std::ranges::any_of(places, [&](auto place) { return device.starts_with(place); });
}

bool is_device(std::string_view word) {
  constexpr std::array tags{"/dev/", "UUID=", "LABEL=", "PARTUUID="};
  return std::ranges::any_of(tags, [&](auto tag) { return word.starts_with(tag); });
}

bool has_option(const std::string& options, std::string_view wanted) {
  return ("," + options + ",").find("," + std::string{wanted} + ",") != std::string::npos;
}

std::vector<std::string> lines_of_file(const GuestRoot& root, const std::string& path) {
  const auto located = root.locate(path);
  if (!located) return {};
  const auto content = root.content(*located);
  if (!content || !*content || (*content)->kind != Content::Kind::file) return {};
  const auto lines = lines_of((*content)->bytes);
  return {lines.begin(), lines.end()};
}

/// A device that a boot waits for, with what becomes of the boot if it doesn't come.
void check_device(const Subject& subject, const std::string& device, const std::string& evidence,
                  FindingLevel level, const std::string& file, Findings& findings) {
  if (depends_on_hardware(device)) {
    findings.push_back({level, file + "_old_name",
                        "/etc/" + file +
                            " names a disk as this hardware calls it, and another "
                            "machine calls it otherwise",
                        evidence,
                        "use its UUID: 'edgeferry image prepare --volume " + device + "=UUID'"});
  } else if (!subject.has_volume(device)) {
    // Arrays and striped volumes have names that only the running system gives.
    if (device.starts_with("/dev/")) level = warning;
    findings.push_back({level, file + "_device_missing",
                        "/etc/" + file + " waits for a volume that is on none of the disks",
                        evidence, "give its disk, or add 'nofail' to the entry"});
  }
}

void check_fstab(const Subject& subject, Findings& findings) {
  std::size_t number = 0;
  for (const auto& line : lines_of_file(subject.guest.root, "/etc/fstab")) {
    ++number;
    const auto words = words_of(line);
    if (is_comment_or_empty(line) || words.size() < 3 || !is_device(words[0])) continue;
    const auto options = words.size() > 3 ? words[3] : std::string{};
    if (has_option(options, "nofail") || has_option(options, "noauto")) continue;
    // A boot waits for swap a minute and a half, and goes on without it.
    const auto level = words[2] == "swap" ? warning : critical;
    check_device(subject, words[0], "/etc/fstab:" + std::to_string(number) + ": " + line, level,
                 "fstab", findings);
  }
}

/// A boot waits half a minute for the swap that a sleeping system was written to.
void check_resume(const Subject& subject, Findings& findings) {
  const auto check = [&](const std::string& device, const std::string& evidence) {
    if (!is_device(device) || subject.has_volume(device)) return;
    findings.push_back(
        {warning, "resume_device_missing",
         "a boot looks for a sleeping system on a volume that is on none of the disks", evidence,
         rebuild_remedy});
  };
  constexpr auto file = "/etc/initramfs-tools/conf.d/resume";
  for (const auto& line : lines_of_file(subject.guest.root, file)) {
    const auto assignment = parse_assignment(line);
    if (!assignment || assignment->name != "RESUME") continue;
    check(assignment->value, file + (": " + line));
  }
  for (const auto& entry : boot_menu_of(subject.guest.root).entries) {
    const auto device = argument_of(entry, "resume=");
    if (device.empty()) continue;
    check(device, entry.place + ": resume=" + device);
    break;  // every entry has the same
  }
}

void check_crypttab(const Subject& subject, Findings& findings) {
  std::size_t number = 0;
  for (const auto& line : lines_of_file(subject.guest.root, "/etc/crypttab")) {
    ++number;
    const auto words = words_of(line);
    if (is_comment_or_empty(line) || words.size() < 2 || !is_device(words[1])) continue;
    if (words.size() > 3 && (has_option(words[3], "nofail") || has_option(words[3], "noauto"))) {
      continue;
    }
    check_device(subject, words[1], "/etc/crypttab:" + std::to_string(number) + ": " + line,
                 critical, "crypttab", findings);
  }
}

void check_kernels(const Subject& subject, Findings& findings) {
  if (subject.guest.kernels.empty()) {
    findings.push_back({warning, "no_kernel_modules",
                        "no kernel has its modules in the guest, so its initramfs can't be judged",
                        "/lib/modules", "check that the image holds the whole system"});
    return;
  }
  const auto drivers = [&](std::string evidence) {
    findings.push_back({critical, "initramfs_lacks_drivers",
                        "an initramfs lacks drivers of virtual disks, so the kernel finds no root",
                        std::move(evidence), rebuild_remedy});
  };
  const auto faults = initramfs_faults(subject.guest);
  if (!faults && faults.error().code == Errc::guest_unbootable) {
    drivers(faults.error().what);  // one that is no archive has none
    return;
  }
  if (!faults) {
    findings.push_back({warning, "initramfs_unread", "an initramfs could not be looked into",
                        faults.error().what, std::string{remedy(faults.error())}});
    return;
  }
  if (!faults->volumes.empty()) {
    const auto error = volumes_not_found(subject.guest, *faults);
    findings.push_back({critical, "initramfs_lacks_lvm",
                        "the root is a logical volume, which an initramfs can't find", error.what,
                        error.fix.empty() ? rebuild_remedy : error.fix});
  }
  if (!faults->drivers.empty()) drivers(joined(faults->drivers, "; "));
}

/// What keeps an entry of the menu from booting; empty if nothing does.
std::string entry_fault(const Subject& subject, const BootEntry& entry) {
  const auto& root = subject.guest.root;
  // The boot loader's paths begin at its own file system, which may be that of /boot, or above the
  // subvolume of the root.
  if (!root.has(entry.kernel) && !root.has("/boot/" + name_of(entry.kernel))) {
    return "the kernel " + entry.kernel + " is not there";
  }
  const auto device = argument_of(entry, "root=");
  if (device.empty() || device.starts_with('$')) return {};
  if (depends_on_hardware(device)) return "root=" + device + " depends on the hardware";
  if (device.starts_with("/dev/loop")) return "root=" + device + " is a name of another host";
  if (is_device(device) && !subject.has_volume(device)) {
    return "root=" + device + " is on none of the disks";
  }
  return {};
}

/// True if a menu takes arguments from a variable (grubenv), where nobody can read them here.
bool are_elsewhere(const std::vector<std::string>& arguments) {
  return std::ranges::any_of(arguments,
                             [](const std::string& word) { return word.starts_with('$'); });
}

void check_menu(const Subject& subject, Findings& findings) {
  const auto menu = boot_menu_of(subject.guest.root);
  if (menu.entries.empty()) {
    findings.push_back({warning, "boot_menu_missing",
                        "no boot menu with a kernel was found; boot loaders without one are not "
                        "judged",
                        "/boot/grub/grub.cfg, /boot/loader/entries, /boot/extlinux.conf",
                        rebuild_remedy});
    return;
  }
  Findings faults;
  bool speaks = false;
  for (const auto& entry : menu.entries) {
    const auto fault = entry_fault(subject, entry);
    speaks = speaks || are_elsewhere(entry.arguments) ||
             argument_of(entry, "console=").starts_with("ttyS0");
    if (fault.empty()) continue;
    faults.push_back({warning, "boot_entry_broken", "an entry of the boot menu can't boot",
                      entry.place + ": " + fault, rebuild_remedy});
  }
  // Which entry is the default nobody can tell without running the menu's program.
  if (faults.size() == menu.entries.size()) {
    faults.resize(1);
    faults[0].level = critical;
    faults[0].what = "no entry of the boot menu can boot";
  }
  constexpr std::size_t faults_max = 5;
  faults.resize(std::min(faults.size(), faults_max));
  findings.insert(findings.end(), faults.begin(), faults.end());
  for (const auto& [uuid, place] : menu.searched) {
    if (subject.has_volume("UUID=" + uuid)) continue;
    findings.push_back({warning, "boot_menu_searches_lost_volume",
                        "the boot menu searches a file system that is on none of the disks",
                        place + ": " + uuid, rebuild_remedy});
    break;  // every entry has its own
  }
  if (!speaks) {
    findings.push_back(
        {warning, "no_serial_console",
         "the kernel doesn't speak on the serial console, so neither a boot trial nor "
         "a cloud's console shows anything",
         "no console=ttyS0 in " + menu.files.front(), rebuild_remedy});
  }
}

Result<> check_boot_loader(const Subject& subject, Findings& findings) {
  const auto bios = starts_by_bios(subject.disks);
  if (!bios) return fail(bios.error());
  const auto uefi = starts_by_uefi(subject.disks);
  if (!uefi) return fail(uefi.error());
  if (!*bios && !*uefi) {
    findings.push_back(
        {critical, "no_boot_loader", "nothing on the first disk can be started by BIOS or UEFI",
         "no boot code that leads to a boot loader, and no EFI/BOOT/BOOTX64.EFI",
         "give the system disk first, or run 'edgeferry image prepare' on the image, "
         "which puts a boot loader that the guest has where firmware finds it"});
    return {};
  }
  const std::string way = *bios && *uefi ? "BIOS and UEFI" : *bios ? "BIOS" : "UEFI";
  findings.push_back({info, "boot_loader", "the image can be started by " + way,
                      *bios ? "boot code in the first sector" : "EFI/BOOT/BOOTX64.EFI", ""});
  return {};
}

}  // namespace

Result<std::vector<ImageFinding>> check_statically(const AttachedDisks& disks,
                                                   const MountedGuest& mounted) {
  auto guest = Guest::look_at(mounted.folder());
  if (!guest) return fail(guest.error());
  guest->root_is_volume = !mounted.root().names.empty();
  const Subject subject{disks, *guest};
  Findings findings;
  if (auto done = check_boot_loader(subject, findings); !done) return fail(done.error());
  check_menu(subject, findings);
  check_kernels(subject, findings);
  check_fstab(subject, findings);
  check_crypttab(subject, findings);
  check_resume(subject, findings);
  for (auto& finding : findings) finding.evidence = printable(std::move(finding.evidence));
  std::ranges::stable_sort(findings, std::greater{}, &ImageFinding::level);
  return findings;
}

}  // namespace ferry
