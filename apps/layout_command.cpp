// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/layout_command.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry {
namespace {

std::string what_of(const PartitionInfo& part) {
  return (part.filesystem.empty() ? "-" : part.filesystem) + " " +
         (part.mount_point.empty() ? part.label : part.mount_point);
}

/// Where a partition of the source goes, as a row of the table.
std::vector<std::string> row_of(const PlannedDisk& disk, const PlannedPartition& part) {
  if (part.method == "lvm") {
    return {"",
            "",
            "",
            "disk " + std::to_string(disk.index) + ":" + std::to_string(part.number),
            human_bytes(part.size),
            human_bytes(part.minimum),
            "volume group " + disk.volume_group};
  }
  const auto place = part.volume.empty()
                         ? std::to_string(disk.index) + ":" + std::to_string(part.number)
                         : part.volume;
  return {std::to_string(part.from_disk) + ":" + std::to_string(part.from.number),
          what_of(part.from),
          human_bytes(part.from.size) + ", " + human_bytes(part.from.used_bytes),
          place,
          human_bytes(part.size),
          human_bytes(part.minimum),
          part.method};
}

void print_plan(const LayoutPlan& plan) {
  print_layout({plan.source, plan.disks});
  print_excludes(plan.excludes);
  for (const auto& note : plan.notes) std::printf("note: %s\n", note.c_str());
  for (const auto& refusal : plan.refusals) {
    std::printf("refused: %s. Fix: %s\n", refusal.what.c_str(), refusal.fix.c_str());
  }
}

}  // namespace

void print_layout(const Layout& layout) {
  Table disks{{"DISK", "ON THE SOURCE", "IN THE IMAGE", "MINIMUM", ""}};
  for (const auto& disk : layout.source) {
    const auto planned = std::ranges::find(layout.disks, disk.index, &PlannedDisk::index);
    const bool there = planned != layout.disks.end();
    disks.add({std::to_string(disk.index) + " " + disk.path, human_bytes(disk.size),
               there ? human_bytes(planned->size) : "-",
               there ? human_bytes(planned->minimum) : "-",
               !there           ? "not migrated"
               : planned->whole ? "as it is, by blocks"
                                : "made anew"});
  }
  disks.print();
  std::printf("\n");
  Table parts{{"FROM", "WHAT", "SIZE, USED", "TO", "SIZE", "MINIMUM", "METHOD"}};
  for (const auto& disk : layout.disks) {
    for (const auto& part : disk.partitions) parts.add(row_of(disk, part));
  }
  parts.print();
}

int job_plan(Operator& op, const JobWords& words) {
  auto wish = layout_wish(words.layout);
  if (!wish) return print_error(wish.error(), op.json);
  auto excludes = exclude_rules(words.excludes);
  if (!excludes) return print_error(excludes.error(), op.json);
  auto plan = op.client.ask<LayoutPlan>(
      "sources", PlanLayout{words.job.source, std::move(*wish), std::move(*excludes)});
  if (!plan) return print_error(plan.error(), op.json);
  if (op.json) {
    print_json(*plan);
  } else {
    print_plan(*plan);
  }
  return plan->refusals.empty() ? exit_ok : exit_failed;
}

}  // namespace ferry
