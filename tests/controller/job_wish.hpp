// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What somebody wishes for a server, and the plan that becomes of it.
#pragma once

#include "actors/controller/job_plan.hpp"
#include "base/limits.hpp"

namespace ferry::test {

inline constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
inline constexpr std::int64_t planned_ms = 20'000 * day_ms;  // when the plan is made

/// A job for a server of three disks, and a cluster with nothing out of the ordinary.
struct JobWish {
  JobSettings settings;
  SourceState source;
  ClusterConfig config;

  JobWish() {
    settings.source = "s-1";
    settings.name = "web";
    auto& view = source.view;
    view.id = "s-1";
    view.inventory.hostname = "web-1";
    view.inventory.os_name = "Debian";
    view.inventory.firmware = "uefi";
    view.inventory.disks.resize(3);
    const std::uint64_t sizes[] = {40 * limits::gib, 100 * limits::gib, 5 * limits::gib};
    for (std::uint32_t i = 0; i < 3; ++i) {
      view.inventory.disks[i].index = i;
      view.inventory.disks[i].size = sizes[i];
    }
    source.public_key = "key";
  }
  [[nodiscard]] Result<JobCreated> plan() const {
    return plan_job(settings, source, config, planned_ms);
  }
};

}  // namespace ferry::test
