// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_disks.hpp"

#include <algorithm>

#include "actors/controller/job_excludes.hpp"
#include "actors/controller/job_layout.hpp"
#include "layout/pieces.hpp"

namespace ferry {
namespace {

constexpr std::uint64_t sector_bytes = 512;

Result<> check_limits(std::uint32_t index, std::uint64_t size, const LimitsConfig& bounds) {
  const bool system = index == 0;
  const auto least = system ? bounds.system_disk_min_bytes : bounds.data_disk_min_bytes;
  const auto most = system ? bounds.system_disk_max_bytes : bounds.data_disk_max_bytes;
  const auto name = disk_name(index);
  if (size % sector_bytes != 0) {
    return fail(Errc::invalid_argument,
                name + " of " + std::to_string(size) + " bytes is not a multiple of 512 bytes");
  }
  if (size < least || size > most) {
    return fail(Errc::limit_exceeded,
                name + " of " + exact_bytes(size) + " is not in " + exact_bytes(least) + " to " +
                    exact_bytes(most),
                std::string{"change "} + (system ? "system_disk_min/max" : "data_disk_min/max") +
                    " in [limits] of the cluster file");
  }
  return {};
}

Result<> check_size(const DiskInfo& disk, std::uint64_t size, const LimitsConfig& bounds) {
  if (size >= disk.size) return check_limits(disk.index, size, bounds);
  return fail(Errc::invalid_argument,
              disk_name(disk.index) + " of " + exact_bytes(size) +
                  " is smaller than the source's " + exact_bytes(disk.size),
              "choose at least the source's size");
}

/// All disks at the source's sizes, or those named.
Result<> plan_disks(JobSettings& settings, const Inventory& inventory, const LimitsConfig& bounds) {
  if (settings.disks.empty()) {
    for (const auto& disk : inventory.disks) settings.disks.push_back({disk.index, disk.size});
  }
  std::ranges::sort(settings.disks, {}, &TargetDiskSize::index);
  for (std::size_t i = 0; i < settings.disks.size(); ++i) {
    auto& wish = settings.disks[i];
    if (wish.index >= inventory.disks.size()) {
      return fail(Errc::invalid_argument,
                  "the source server has no disk " + std::to_string(wish.index),
                  "see 'edgeferry source show'");
    }
    if (wish.index != i) {
      return fail(Errc::invalid_argument, "disks must be chosen from 0 on, without gaps");
    }
    const auto& disk = inventory.disks[wish.index];
    if (wish.size == 0) wish.size = disk.size;
    if (auto done = check_size(disk, wish.size, bounds); !done) return done;
  }
  if (settings.disks.empty()) {
    return fail(Errc::source_unsupported, "the source server offers no disk");
  }
  return {};
}

/// As the wish for a layout says.
Result<> plan_layout_of(Layout& planned, JobSettings& settings, const Inventory& inventory,
                        const LimitsConfig& bounds) {
  if (!settings.disks.empty()) {
    return fail(Errc::invalid_argument, "sizes of disks are wished for twice",
                "put them into the layout");
  }
  auto layout = layout_for(inventory, settings.layout, bounds);
  if (!layout) return fail(layout.error());
  for (const auto& disk : layout->disks) {
    if (auto done = check_limits(disk.index, disk.size, bounds); !done) return done;
  }
  planned = std::move(*layout);
  settings.disks = disks_of(planned);
  return {};
}

}  // namespace

Result<DiskPlan> plan_disks_of(JobSettings& settings, const Inventory& inventory,
                               const LimitsConfig& bounds) {
  DiskPlan plan;
  if (!settings.layout.disks.empty()) {
    auto done = plan_layout_of(plan.layout, settings, inventory, bounds);
    if (!done) return fail(done.error());
    return plan;
  }
  if (auto done = plan_disks(settings, inventory, bounds); !done) return fail(done.error());
  for (const auto& disk : settings.disks) {
    plan.source_disk_bytes.push_back(inventory.disks[disk.index].size);
  }
  return plan;
}

Result<JobModified> with_disks(JobModified modified, const LayoutWish& wish,
                               const Inventory& inventory, const LimitsConfig& bounds) {
  modified.settings.layout = wish;
  modified.settings.disks.clear();
  auto disks = plan_disks_of(modified.settings, inventory, bounds);
  if (!disks) return fail(disks.error());
  if (auto done = check_excludes(modified.settings, disks->layout); !done) {
    return fail(done.error());
  }
  modified.set_layout = true;
  modified.layout = std::move(disks->layout);
  modified.source_disk_bytes = std::move(disks->source_disk_bytes);
  return modified;
}

}  // namespace ferry
