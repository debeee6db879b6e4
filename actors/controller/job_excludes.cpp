// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_excludes.hpp"

#include <functional>

#include "actors/exclude_rules.hpp"
#include "base/text.hpp"
#include "layout/pieces.hpp"

namespace ferry {
namespace {

void for_files(const Layout& layout, const std::function<void(const PartitionInfo&)>& use) {
  for (const auto& disk : layout.disks) {
    for (const auto& planned : disk.partitions) {
      if (!disk.whole && planned.method == "file") use(planned.from);
    }
  }
}

/// The rule by which nothing of the mount point is left, with its number; empty if there is none.
std::string rule_against(const std::vector<std::string>& excludes, const std::string& mount_point) {
  for (std::size_t count = 1; count <= excludes.size(); ++count) {
    const std::vector<std::string> first{excludes.begin(),
                                         excludes.begin() + static_cast<std::ptrdiff_t>(count)};
    const auto filter = filter_of({travelling(first, mount_point)});
    if (filter && filter->excludes_all()) {
      return "exclude rule " + std::to_string(count) + " '" + escaped(first.back()) + '\'';
    }
  }
  return {};
}

}  // namespace

Result<> check_excludes(const JobSettings& settings, const Layout& layout) {
  if (settings.excludes.empty()) return {};
  if (auto good = check_excludes(settings.excludes); !good) return good;
  bool any = false;
  Result<> left;
  for_files(layout, [&](const PartitionInfo& from) {
    any = true;
    const auto filter = filter_of({travelling(settings.excludes, from.mount_point)});
    if (!left || !filter || !filter->excludes_all()) return;
    left = fail(Errc::invalid_argument,
                rule_against(settings.excludes, from.mount_point) + " leaves nothing of " +
                    from.mount_point,
                "leave the file system out by method:leave, or name what lies in it");
  });
  if (any) return left;
  return fail(Errc::invalid_argument,
              "exclude rules are for files, and no part of this job goes by files",
              "leave them out, or copy a file system by files, for example with "
              "--partition /srv=disk:1,method:file; 'edgeferry job plan' shows what is possible");
}

std::optional<Finding> excludes_warning(const JobSettings& settings, const Layout& layout) {
  if (settings.excludes.empty()) return std::nullopt;
  std::string blocks;
  const auto add = [&](const std::string& name) { blocks += (blocks.empty() ? "" : ", ") + name; };
  for (const auto& disk : layout.disks) {
    if (disk.whole) add(disk_name(disk.index));
    for (const auto& planned : disk.partitions) {
      if (!disk.whole && planned.method == "block") {
        add(partition_name(planned.from_disk, planned.from));
      }
    }
  }
  if (blocks.empty()) return std::nullopt;
  return Finding{0,
                 "exclude rules have no effect on what goes by blocks",
                 "copy it by files, with --partition FROM=disk:N,method:file",
                 "warning",
                 "excludes_not_for_blocks",
                 blocks};
}

void add_excludes(LayoutPlan& plan, const std::vector<std::string>& excludes) {
  plan.excludes = excludes;
  if (excludes.empty()) return;
  JobSettings settings;
  settings.excludes = excludes;
  const Layout layout{plan.source, plan.disks};
  // A plan that was refused may lack the very part that the rules are for.
  const auto good =
      plan.refusals.empty() ? check_excludes(settings, layout) : check_excludes(excludes);
  if (!good) {
    const auto& error = good.error();
    plan.refusals.push_back({static_cast<std::uint16_t>(error.code), error.what, error.fix});
  }
  if (!plan.refusals.empty()) return;
  if (const auto warning = excludes_warning(settings, layout)) {
    plan.notes.push_back(warning->what + ": " + warning->evidence);
  }
  plan.notes.emplace_back(
      "sizes are planned as if nothing was excluded: what the excluded files take would be known "
      "only if all of them were looked at");
}

}  // namespace ferry
