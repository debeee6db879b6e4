// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/image_command.hpp"

#include <algorithm>

#include "apps/output.hpp"
#include "base/text.hpp"
#include "fixups/apply.hpp"
#include "fixups/fix_up.hpp"
#include "fixups/rebuild.hpp"

namespace ferry {
namespace {

struct PatchView {
  std::string file;
  std::string fix_up;
  std::string reason;
  std::string diff;
  FERRY_FIELDS(file, fix_up, reason, diff)
};

struct FixUpsView {
  std::string done;                       // "planned", "applied", "undone"
  std::vector<std::string> capabilities;  // of the guest
  std::vector<std::string> files;
  std::vector<PatchView> patches;
  std::vector<std::string> notes;
  std::vector<std::string> rebuilt;  // commands
  FERRY_FIELDS(done, capabilities, files, patches, notes, rebuilt)
};

/// "A=B" as a pair; the second is empty without "=".
std::pair<std::string, std::string> split(const std::string& text, char between) {
  const auto at = text.find(between);
  if (at == std::string::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::vector<GuestDevice> devices_of(const ImageWords& words) {
  std::vector<GuestDevice> devices;
  for (const auto& text : words.devices) {
    auto [device, uuid] = split(text, '=');
    devices.push_back({std::move(device), std::move(uuid)});
  }
  const auto is_boot = [&](const GuestDevice& d) { return d.device == words.boot_disk; };
  if (!words.boot_disk.empty() && std::ranges::none_of(devices, is_boot)) {
    devices.push_back({words.boot_disk, {}});
  }
  return devices;
}

Result<FixUpsView> undo_all(const ImageWords& words) {
  const auto root = GuestRoot::open(words.root);
  if (!root) return fail(root.error());
  auto files = undo_patches(*root);
  if (!files) return fail(files.error());
  return FixUpsView{"undone", {}, std::move(*files), {}, {}, {}};
}

Result<FixUpsView> planned(const Guest& guest, const FixUpPlan& plan, bool with_diffs) {
  FixUpsView view{"planned", {}, {}, {}, plan.notes, {}};
  for (std::size_t i = 0; i < static_cast<std::size_t>(Capability::count); ++i) {
    const auto one = static_cast<Capability>(i);
    if (guest.has(one)) view.capabilities.emplace_back(capability_name(one));
  }
  for (const auto& change : changes_of(plan.patches)) view.files.push_back(change.file);
  for (const auto& patch : plan.patches) {
    auto diff = with_diffs ? unified_diff(patch) : std::string{};
    if (!diff) return fail(diff.error());
    view.patches.push_back({patch.file, patch.fix_up, patch.reason, *diff});
  }
  return view;
}

Result<FixUpsView> work(const ImageWords& words) {
  if (words.undo) return undo_all(words);
  const auto guest = Guest::look_at(words.root);
  if (!guest) return fail(guest.error());
  const auto plan = plan_fix_ups(*guest, fix_up_settings(words));
  if (!plan) return fail(plan.error());
  auto view = planned(*guest, *plan, words.dry_run || words.json);
  if (!view) return view;
  if (words.dry_run) {
    for (const auto& step : rebuild_steps(*guest, {})) view->rebuilt.push_back(to_line(step));
    return view;
  }
  auto files = apply_patches(*guest, plan->patches);
  if (!files) return fail(files.error());
  view->done = "applied";
  view->files = std::move(*files);
  if (!words.rebuild) return view;
  const auto tell = [&](const RebuildStep& step) {
    if (!words.json) std::printf("%s: %s\n", step.reason.c_str(), to_line(step).c_str());
    view->rebuilt.push_back(to_line(step));
  };
  const auto steps = rebuild_steps(*guest, words.boot_disk);
  if (auto done = rebuild(*guest, devices_of(words), steps, tell); !done) {
    return fail(done.error());
  }
  return view;
}

/// What the guest has named may hold control characters.
void print(const FixUpsView& view, bool with_diffs) {
  for (const auto& patch : view.patches) {
    if (with_diffs) {
      std::printf("# %s: %s\n%s\n", patch.fix_up.c_str(), printable(patch.reason).c_str(),
                  patch.diff.c_str());
    } else {
      std::printf("%s: %s\n", printable(patch.file).c_str(), printable(patch.reason).c_str());
    }
  }
  if (!view.capabilities.empty()) {
    std::string list;
    for (const auto& name : view.capabilities) list += (list.empty() ? "" : ", ") + name;
    std::printf("the guest has: %s\n", list.c_str());
  }
  for (const auto& note : view.notes) std::printf("note: %s\n", printable(note).c_str());
  std::printf("%zu file(s) %s\n", view.files.size(),
              view.done == "planned"   ? "would be changed"
              : view.done == "applied" ? "changed"
                                       : "are what they were");
}

}  // namespace

FixUpSettings fix_up_settings(const ImageWords& words) {
  FixUpSettings settings;
  for (const auto& text : words.volumes) {
    auto [device, uuid] = split(text, '=');
    settings.volumes.push_back({std::move(device), std::move(uuid)});
  }
  for (const auto& text : words.nics) {
    auto [name, addresses] = split(text, ',');
    auto [mac, target_mac] = split(addresses, ',');
    settings.nics.push_back({std::move(name), std::move(mac), std::move(target_mac)});
  }
  if (words.network == "keep") settings.network = NetworkMode::keep_names;
  if (words.network == "dhcp") settings.network = NetworkMode::dhcp;
  settings.network_mounts_optional = words.network_mounts_optional;
  settings.serial_port = words.serial_port;
  return settings;
}

int image_fix_ups(const ImageWords& words) {
  const auto view = work(words);
  if (!view) return print_error(view.error(), words.json);
  if (words.json) return print_json(*view);
  print(*view, words.dry_run);
  return exit_ok;
}

}  // namespace ferry
