// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the makers of an initramfs put into it from now on, also at the guest's own kernel
// updates: the drivers of virtual disks and cards, and not only those of the machine that
// happens to run them.
#include <algorithm>

#include "fixups/fix_up.hpp"
#include "fixups/initramfs.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

/// Drivers that some kernel of the guest has as a module. What is built in needs no naming, and
/// a maker would complain about what isn't there.
std::vector<std::string> drivers_of(const Guest& guest) {
  std::vector<std::string> found;
  for (const auto driver : wanted_drivers()) {
    const std::string name{driver};
    for (const auto& kernel : guest.kernels) {
      if (!kernel.has_module(name)) continue;
      found.push_back(name);
      break;
    }
  }
  return found;
}

constexpr auto why_drivers = "the target's disks and network cards are virtual";
constexpr auto why_most = "the image is made elsewhere, so what that machine has says nothing";

bool builds_dependent(Draft& draft) {
  std::string modules = "most";
  std::vector<std::string> files{"/etc/initramfs-tools/initramfs.conf"};
  for (const auto* folder : {"/usr/share/initramfs-tools/conf.d", "/etc/initramfs-tools/conf.d"}) {
    for (const auto& file : draft.files(folder, "")) files.push_back(file);
  }
  for (const auto& file : files) {
    const auto text = draft.text(file);
    if (const auto value = text ? value_of(*text, "MODULES") : std::nullopt) modules = *value;
  }
  return modules != "most";
}

}  // namespace

void fix_initramfs_tools(Draft& draft, const FixUpSettings&) {
  constexpr auto list = "/etc/initramfs-tools/modules";
  const auto drivers = drivers_of(draft.guest());
  auto text = draft.text(list).value_or("");
  std::set<std::string> listed;
  for (const auto line : lines_of(text)) {
    const auto words = words_of(line);
    if (!words.empty() && !is_comment_or_empty(line)) listed.insert(module_name(words[0]));
  }
  for (const auto& driver : drivers) {
    if (!listed.contains(driver)) text = with_line(std::move(text), driver);
  }
  if (!drivers.empty()) draft.write(list, std::move(text), why_drivers);
  // Read last of its folder, so that no other file has the last word.
  if (builds_dependent(draft)) {
    draft.write("/etc/initramfs-tools/conf.d/zz-edgeferry", "MODULES=most\n", why_most);
  }
}

void fix_dracut(Draft& draft, const FixUpSettings&) {
  const auto drivers = drivers_of(draft.guest());
  std::string text = "hostonly=\"no\"\n";
  if (!drivers.empty()) text += "add_drivers+=\" " + joined(drivers, " ") + " \"\n";
  draft.write("/etc/dracut.conf.d/99-edgeferry.conf", text,
              std::string{why_drivers} + ", and " + why_most);
}

void fix_mkinitfs(Draft& draft, const FixUpSettings&) {
  const auto& root = draft.guest().root;
  const auto add_features = [&](Assignment& found) {
    if (found.name != "features") return;
    auto features = words_of(found.value);
    const auto count = features.size();
    for (const std::string feature : {"virtio", "scsi", "nvme", "lvm"}) {
      if (feature == "lvm" && !draft.guest().root_is_volume) continue;
      const auto rules = "/mkinitfs/features.d/" + feature + ".modules";
      const bool known = root.has("/etc" + rules) || root.has("/usr/share" + rules);
      if (known && std::ranges::find(features, feature) == features.end()) {
        features.push_back(feature);
      }
    }
    if (features.size() > count) found.value = joined(features, " ");
  };
  draft.edit("/etc/mkinitfs/mkinitfs.conf", why_drivers,
             [&](const std::string& text) { return edit_assignments(text, add_features); });
}

void fix_resume(Draft& draft, const FixUpSettings& settings) {
  constexpr auto file = "/etc/initramfs-tools/conf.d/resume";
  const auto text = draft.text(file);
  if (!text) return;
  std::string reason;
  const auto edited = edit_assignments(*text, [&](Assignment& found) {
    if (found.name != "RESUME") return;
    if (const auto uuid = uuid_of(settings, found.value)) {
      reason = found.value + " has another name on the target; its UUID stays";
      found.value = *uuid;
    } else if (is_missing(settings, found.value)) {
      reason = "a boot would wait half a minute for " + found.value +
               ", which no disk of the image holds";
      found.value = "none";
    }
  });
  if (!reason.empty()) draft.write(file, edited, reason);
}

}  // namespace ferry
