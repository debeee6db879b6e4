// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/boot_cause.hpp"

#include <algorithm>
#include <iterator>

#include "boot/cause_table.hpp"
#include "boot/console_text.hpp"

namespace ferry {
namespace {

/// A boot that no rule explains has come this far, and no further.
struct LastMilestone {
  Milestone last;
  std::string_view name;
  std::string_view what;
  std::string_view next_step;
};

constexpr LastMilestone silent_after[] = {
    {Milestone::firmware, "silent_boot_loader",
     "the firmware starts something from the disk, which shows nothing",
     "give the disks in the source's order; with UEFI and BIOS both possible, try the other one "
     "with --firmware"},
    {Milestone::boot_loader, "no_serial_console",
     "the boot loader has done its work, and then nothing was written to the serial console: the "
     "image speaks none, or its kernel hangs",
     "run 'edgeferry image fixups --rebuild', which adds console=ttyS0, and boot it again"},
    {Milestone::kernel, "kernel_hangs", "the kernel runs, but has not mounted a root file system",
     "give more time with --timeout, and read the console with --log FILE"},
    {Milestone::root, "init_hangs", "the root file system is mounted, but init hasn't spoken",
     "give more time with --timeout, and read the console with --log FILE"},
    {Milestone::init, "start_incomplete", "the system starts, but doesn't come to its end",
     "give more time with --timeout; a unit that waits for something that stays behind is named by "
     "'A start job is running'"},
    {Milestone::multi_user, "marker_missing",
     "the system is up, but the marker that was asked for did not show",
     "check the marker's text, and the unit that writes it"},
};

bool any_shows(const Patterns& patterns, std::string_view line) {
  return std::ranges::any_of(
      patterns, [&](std::string_view pattern) { return !pattern.empty() && shows(line, pattern); });
}

bool any_line_shows(const std::vector<std::string>& lines, const Patterns& patterns) {
  return std::ranges::any_of(lines, [&](const auto& line) { return any_shows(patterns, line); });
}

constexpr Patterns disk_signs{
    "[vda]", "vda: ", "[sda]", "sda: ", "nvme0n1", "[vdb]", "Attached SCSI disk", "xvda: "};
constexpr Patterns kernel_speaks{"Linux version "};

bool fits(const CauseRule& rule, const std::vector<std::string>& lines) {
  if (!any_line_shows(lines, rule.signs)) return false;
  if (!rule.also[0].empty() && !any_line_shows(lines, rule.also)) return false;
  if (rule.disks == Disks::any) return true;
  const bool seen = any_line_shows(lines, disk_signs);
  if (rule.disks == Disks::seen) return seen;
  return !seen && any_line_shows(lines, kernel_speaks);
}

/// For each pattern the first line that shows it, in the order of the lines.
std::vector<std::string> evidence_of(const std::vector<Patterns>& lists,
                                     const std::vector<std::string>& lines) {
  std::vector<std::string_view> missing;
  for (const auto& list : lists) {
    std::ranges::copy_if(list, std::back_inserter(missing),
                         [](std::string_view pattern) { return !pattern.empty(); });
  }
  std::vector<std::string> evidence;
  for (const auto& line : lines) {
    const auto found =
        std::erase_if(missing, [&](std::string_view pattern) { return shows(line, pattern); });
    if (found > 0 && evidence.size() < limits::evidence_lines_max) evidence.push_back(line);
  }
  return evidence;
}

constexpr std::size_t last_lines = 3;

BootCause from_last_milestone(const BootStory& story) {
  BootCause cause;
  cause.name = "no_output";
  cause.what = "the machine shows nothing at all";
  cause.next_step = "give more time with --timeout, or check that the first file is a system disk";
  for (const auto& step : silent_after) {
    const auto is_it = [&](const Reached& r) { return r.milestone == step.last; };
    if (std::ranges::none_of(story.reached, is_it)) continue;
    cause.name = step.name;
    cause.what = step.what;
    cause.next_step = step.next_step;
  }
  if (story.ending == BootEnding::turned_off) {
    cause.name = "turned_off";
    cause.what = "the guest turned the machine off, or started it anew, before it was up";
    cause.next_step = "read its last words with --log FILE";
  }
  if (!story.address.empty()) {
    cause.what += "; its network is up all the same (" + story.address + "), so it may well run";
  }
  const auto from = story.lines.size() - std::min(story.lines.size(), last_lines);
  cause.evidence.assign(story.lines.begin() + static_cast<std::ptrdiff_t>(from), story.lines.end());
  return cause;
}

}  // namespace

bool is_dead_end(std::string_view line) {
  return std::ranges::any_of(dead_ends(),
                             [&](std::string_view pattern) { return shows(line, pattern); });
}

BootCause name_cause(const BootStory& story) {
  const bool is_up = std::ranges::any_of(
      story.reached, [](const Reached& r) { return r.milestone == Milestone::multi_user; });
  // What went wrong on the way of a system that came up is not what keeps it from being up.
  for (const auto& rule : cause_rules()) {
    if (is_up || !fits(rule, story.lines)) continue;
    return {std::string{rule.name}, std::string{rule.what},
            evidence_of({rule.signs, rule.witness}, story.lines), std::string{rule.next_step}};
  }
  return from_last_milestone(story);
}

BootCause silent_network(const std::vector<std::string>& lines) {
  BootCause cause{"network_silent",
                  "the guest is up, but has no address and sends nothing over its network card",
                  {},
                  "run 'edgeferry image fixups --network dhcp' (any card asks for an address) or "
                  "'--network keep' with --nic"};
  constexpr Patterns signs{"Failed to start*etwork", "Failed to start*Raise network",
                           "Cannot find device \"",  "No DHCPOFFERS received",
                           "Failed to bring up",     "Dependency failed for*etwork",
                           "renamed from eth"};
  cause.evidence = evidence_of({signs}, lines);
  return cause;
}

std::vector<std::string_view> cause_names() {
  std::vector<std::string_view> names;
  for (const auto& rule : cause_rules()) names.push_back(rule.name);
  for (const auto& step : silent_after) names.push_back(step.name);
  names.insert(names.end(), {"no_output", "turned_off", "network_silent"});
  return names;
}

}  // namespace ferry
