// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/layout_command.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include "apps/job_words.hpp"
#include "base/text.hpp"

namespace ferry {
namespace {

DiskWish& disk_of(LayoutWish& wish, std::uint32_t index) {
  const auto found = std::ranges::find(wish.disks, index, &DiskWish::index);
  if (found != wish.disks.end()) return *found;
  return wish.disks.emplace_back(DiskWish{index, 0, false, {}});
}

tl::unexpected<Error> not_a_wish(const std::string& text) {
  return fail(Errc::invalid_argument, "'" + text + "' is no wish for a partition",
              "for example --partition /srv=disk:2,size:3GiB,method:file");
}

/// "/srv=size:3GiB,method:file" for the disk that `disk` is set to, if it says so.
Result<PartitionWish> parse_partition(const std::string& text, std::optional<std::uint32_t>& disk) {
  const auto equals = text.rfind('=');  // a mount point may have one as well
  if (equals == std::string::npos || equals == 0) return not_a_wish(text);
  PartitionWish wish{text.substr(0, equals), 0, {}};
  std::istringstream words{text.substr(equals + 1)};
  for (std::string word; std::getline(words, word, ',');) {
    const auto colon = word.find(':');
    const auto key = word.substr(0, colon);
    const auto value = colon == std::string::npos ? std::string{} : word.substr(colon + 1);
    if (key == "size") {
      auto bytes = parse_bytes(value);
      if (!bytes) return fail(bytes.error());
      wish.size = *bytes;
    } else if (key == "method") {
      wish.method = value;
    } else if (key == "disk" && !value.empty() && value.size() <= 3 &&
               value.find_first_not_of("0123456789") == std::string::npos) {
      disk = static_cast<std::uint32_t>(std::stoul(value));
    } else {
      return not_a_wish(text);
    }
  }
  return wish;
}

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
  Table disks{{"DISK", "ON THE SOURCE", "IN THE IMAGE", "MINIMUM", ""}};
  for (const auto& disk : plan.source) {
    const auto planned = std::ranges::find(plan.disks, disk.index, &PlannedDisk::index);
    const bool there = planned != plan.disks.end();
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
  for (const auto& disk : plan.disks) {
    for (const auto& part : disk.partitions) parts.add(row_of(disk, part));
  }
  parts.print();
  for (const auto& note : plan.notes) std::printf("note: %s\n", note.c_str());
  for (const auto& refusal : plan.refusals) {
    std::printf("refused: %s. Fix: %s\n", refusal.what.c_str(), refusal.fix.c_str());
  }
}

}  // namespace

Result<LayoutWish> layout_wish(const LayoutWords& words) {
  LayoutWish wish;
  for (const auto& text : words.disks) {
    auto size = parse_disk_size(text);
    if (!size) return fail(size.error());
    disk_of(wish, size->index).size = size->size;
  }
  for (const auto index : words.lvm) disk_of(wish, index).lvm = true;
  for (const auto& text : words.partitions) {
    std::optional<std::uint32_t> disk;
    auto partition = parse_partition(text, disk);
    if (!partition) return fail(partition.error());
    if (!disk) {
      return fail(Errc::invalid_argument, "'" + text + "' doesn't say on which disk",
                  "for example --partition " + partition->from + "=disk:0,method:file");
    }
    disk_of(wish, *disk).partitions.push_back(std::move(*partition));
  }
  return wish;
}

int job_plan(Operator& op, const LayoutWords& words) {
  auto wish = layout_wish(words);
  if (!wish) return print_error(wish.error(), op.json);
  auto plan = op.client.ask<LayoutPlan>("sources", PlanLayout{words.source, std::move(*wish)});
  if (!plan) return print_error(plan.error(), op.json);
  if (op.json) {
    print_json(*plan);
  } else {
    print_plan(*plan);
  }
  return plan->refusals.empty() ? exit_ok : exit_failed;
}

}  // namespace ferry
