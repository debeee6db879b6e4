// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/rebuild.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "fixups/initramfs.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

using enum Capability;

/// An initramfs takes 23 s on a busy host with two cores; more than this is a program that hangs.
constexpr std::chrono::seconds step_timeout{600};

/// The first of these programs that the guest has.
std::string program_of(const GuestRoot& root, std::initializer_list<std::string> names) {
  for (const auto& name : names) {
    for (const std::string folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
      if (root.has(folder + name)) return name;
    }
  }
  return {};
}

void add_initramfs(const Guest& guest, std::vector<RebuildStep>& steps) {
  for (const auto& [version, modules, builtin] : guest.kernels) {
    const auto present = initramfs_of(guest.root, version);
    const auto reason = "the initramfs of kernel " + version + " gets its drivers";
    if (guest.has(initramfs_tools)) {
      steps.push_back(
          {Rebuilt::initramfs, reason, {"update-initramfs", present ? "-u" : "-c", "-k", version}});
    } else if (guest.has(dracut)) {
      const auto file = present.value_or("/boot/initramfs-" + version + ".img");
      steps.push_back(
          {Rebuilt::initramfs, reason, {"dracut", "--force", "--no-hostonly", file, version}});
    } else if (guest.has(mkinitfs)) {
      const auto flavour = version.substr(version.rfind('-') + 1);
      steps.push_back(
          {Rebuilt::initramfs, reason, {"mkinitfs", "-o", "/boot/initramfs-" + flavour, version}});
    }
  }
}

}  // namespace

std::string to_line(const RebuildStep& step) { return joined(step.argv, " "); }

std::vector<RebuildStep> rebuild_steps(const Guest& guest, const std::string& boot_disk) {
  std::vector<RebuildStep> steps;
  add_initramfs(guest, steps);
  const auto& root = guest.root;
  if (guest.has(grub)) {
    const auto install = program_of(root, {"grub-install", "grub2-install"});
    if (guest.has(grub_bios) && !boot_disk.empty() && !install.empty()) {
      steps.push_back({Rebuilt::boot_loader,
                       "the boot loader is written to the disk that boots",
                       {install, "--target=i386-pc", "--no-floppy", boot_disk}});
    }
    const auto config = program_of(root, {"grub-mkconfig", "grub2-mkconfig"});
    const std::string folder = root.has_folder("/boot/grub2") ? "/boot/grub2" : "/boot/grub";
    steps.push_back({Rebuilt::boot_menu,
                     "the boot menu gets the new arguments",
                     {config, "-o", folder + "/grub.cfg"}});
  }
  if (const auto extlinux = program_of(root, {"extlinux"});
      guest.has(Capability::extlinux) && !boot_disk.empty() && !extlinux.empty()) {
    const std::string folder = root.has("/boot/extlinux.conf") ? "/boot" : "/boot/extlinux";
    steps.push_back({Rebuilt::boot_loader,
                     "the boot loader is written to the file system that starts it",
                     {extlinux, "--install", folder}});
  }
  if (const auto update = program_of(root, {"update-extlinux"}); !update.empty()) {
    steps.push_back({Rebuilt::boot_menu, "the boot menu gets the new arguments", {update}});
  }
  return steps;
}

Result<> check_boot_menu(const GuestRoot& root) {
  for (const auto* path : {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/extlinux.conf",
                           "/boot/extlinux/extlinux.conf", "/boot/extlinux/linux.cfg"}) {
    const auto located = root.locate(path);
    if (!located) continue;
    const auto content = root.content(*located);
    if (!content) return fail(content.error());
    if (!*content) continue;
    std::size_t number = 0;
    for (const auto line : lines_of((*content)->bytes)) {
      ++number;
      const auto words = words_of(line);
      const auto here = std::ranges::find_if(
          words, [](const std::string& word) { return word.starts_with("root=/dev/loop"); });
      if (here == words.end()) continue;
      return fail(Errc::guest_unbootable,
                  *located + ":" + std::to_string(number) + " of the guest says " + *here +
                      ", a name that the root has on this host only",
                  "give the root's UUID with its device, and rebuild again");
    }
  }
  return {};
}

Result<> rebuild(const Guest& guest, const std::vector<GuestDevice>& devices,
                 const std::vector<RebuildStep>& steps,
                 const std::function<void(const RebuildStep&)>& tell) {
  for (const auto& step : steps) {
    tell(step);
    const auto result = run_in_guest(guest.root, devices, step.argv, step_timeout);
    if (!result) return fail(result.error());
    if (result->exit_code != 0) {
      auto words = result->err.empty() ? result->out : result->err;
      constexpr std::size_t words_max = 600;
      if (words.size() > words_max) words.erase(0, words.size() - words_max);
      std::ranges::replace(words, '\n', ' ');
      return fail(Errc::program_failed, to_line(step) + " in the guest ended with " +
                                            std::to_string(result->exit_code) + ": " + words);
    }
  }
  if (auto menu = check_boot_menu(guest.root); !menu) return menu;
  return check_initramfs(guest);
}

}  // namespace ferry
