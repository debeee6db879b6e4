// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_layout.hpp"

#include <algorithm>

#include "actors/controller/job_excludes.hpp"
#include "layout/parts.hpp"
#include "layout/pieces.hpp"

namespace ferry {
namespace {

tl::unexpected<Error> outdated(const std::string& what) {
  return fail(Errc::layout_outdated, "the job's layout does not fit the source any more: " + what);
}

/// The partition that a plan was made for; null if there is none like it any more.
const PartitionInfo* find_again(const PlannedPartition& planned, const Inventory& inventory) {
  const auto disk = std::ranges::find(inventory.disks, planned.from_disk, &DiskInfo::index);
  if (disk == inventory.disks.end()) return nullptr;
  const auto& from = planned.from;
  for (const auto& partition : disk->partitions) {
    const bool same_place = partition.number == from.number && partition.offset == from.offset &&
                            partition.size == from.size;
    const bool same_files = partition.mount_point == from.mount_point &&
                            partition.filesystem_uuid == from.filesystem_uuid;
    if (same_place && (planned.method != "file" || same_files)) return &partition;
  }
  return nullptr;
}

Result<> check_partition(const PlannedPartition& planned, const Inventory& inventory) {
  if (planned.method != "block" && planned.method != "file") return {};
  const auto name = partition_name(planned.from_disk, planned.from);
  const auto* now = find_again(planned, inventory);
  if (now == nullptr) return outdated(name + " is not what and where it was");
  if (planned.method == "file" && now->used_bytes > planned.size) {
    return outdated(name + " holds " + exact_bytes(now->used_bytes) + " and gets " +
                    exact_bytes(planned.size));
  }
  return {};
}

}  // namespace

LayoutLimits layout_limits(const LimitsConfig& config) {
  return {config.system_disk_min_bytes, config.system_disk_max_bytes, config.data_disk_min_bytes,
          config.data_disk_max_bytes};
}

Result<Layout> layout_for(const Inventory& inventory, const LayoutWish& wish,
                          const LimitsConfig& config) {
  auto plan = plan_layout(inventory, wish, layout_limits(config));
  if (plan.refusals.empty()) {
    Layout layout{std::move(plan.source), std::move(plan.disks)};
    if (auto parts = parts_of(layout.disks, layout.source); !parts) return fail(parts.error());
    return layout;
  }
  const auto& first = plan.refusals.front();
  Error error{static_cast<Errc>(first.code), first.what, first.fix};
  for (std::size_t i = 1; i < plan.refusals.size(); ++i) {
    error.what += "; " + plan.refusals[i].what;
    error.fix += "; " + plan.refusals[i].fix;
  }
  return fail(std::move(error));
}

bool changes_disks(const Layout& layout) {
  std::uint32_t place = 0;
  return !std::ranges::all_of(
      layout.disks, [&](const PlannedDisk& disk) { return disk.whole && disk.index == place++; });
}

Result<> check_fit(const Layout& layout, const Inventory& inventory) {
  for (const auto& disk : layout.disks) {
    // A disk that goes over whole is looked at by its own pass.
    if (disk.whole) continue;
    for (const auto& planned : disk.partitions) {
      if (auto done = check_partition(planned, inventory); !done) return done;
    }
  }
  return {};
}

Result<JobEvent> with_layout(JobEvent event, const JobRecord& record, const Inventory& inventory,
                             const LimitsConfig& config) {
  if (record.settings.layout.disks.empty()) return event;
  auto* start = std::get_if<JobStarted>(&event);
  if (start != nullptr && record.instance_token.empty()) {
    auto layout = layout_for(inventory, record.settings.layout, config);
    if (!layout) return fail(layout.error());
    if (auto good = check_excludes(record.settings, *layout); !good) return fail(good.error());
    start->layout = std::move(*layout);
    return event;
  }
  if (auto fits = check_fit(record.layout, inventory); !fits) return fail(fits.error());
  return event;
}

}  // namespace ferry
