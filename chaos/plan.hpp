// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a plan of `edgeferry chaos run` says, checked and complete. Defaults are the member
// initialisers below; plan_settings.cpp says which values a key may have.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "config/cluster_config.hpp"
#include "config/settings.hpp"

namespace ferry::chaos {

inline constexpr std::size_t plan_faults_max = 64;
inline constexpr std::string_view embedded = "embedded";

/// One [[fault]]: what is done, how often, and to whom.
struct FaultPlan {
  std::string kind;
  std::uint64_t at_ms = 0;      // after the first job was started
  std::uint64_t every_ms = 0;   // 0: once
  std::uint64_t jitter_ms = 0;  // each time is up to this much earlier or later
  std::uint32_t count = 1;      // with every_ms; 0: until the plan's duration is over
  std::uint32_t chance = 100;   // percent, for each time
  std::string during = "any";   // waits until a job is in this business status
  std::string node;             // empty: any node of `role`
  std::string role;             // empty: any role the fault works on
  std::string to;               // net_*: the server side, controller or transition; empty: both
  std::string folder;           // whose file system: storage, bucket, registry, scratch, state...
  std::uint64_t lasts_ms = 2000;
  std::uint64_t delay_ms = 100;
  std::uint64_t rate_bytes = limits::mib;   // a second
  std::uint64_t every_bytes = limits::mib;  // net_corrupt: one bit is flipped in so many bytes
  std::uint64_t jump_ms = 3'600'000;
};

struct EmbeddedPlan {
  std::string file{embedded};  // or a cluster file, absolute after loading
  std::uint32_t sources = 1;   // agents, each offering a raw image the harness makes
  std::uint64_t disk_bytes = 96 * limits::mib;
  std::uint64_t used_bytes = 48 * limits::mib;  // of these, noise that nothing compresses
  std::string work = "/var/tmp";  // the throw-away cluster is made in a new folder here
  std::uint32_t janitor_period_s = 2;
};

struct WorkloadPlan {
  std::uint32_t migrations = 1;  // in all
  bool repeat = false;           // more, until the plan's duration is over
  std::uint32_t bandwidth_mbps = 160;
  std::uint32_t compression = limits::compression_default;
};

struct PromisesPlan {
  bool jobs_finish = true;
  bool images_equal = true;
  bool events_kept = true;
  bool nothing_left = true;
  bool foreign_untouched = true;
  std::uint64_t progress_within_ms = 30'000;  // after the end of each fault
  std::vector<std::string> retry_errors;      // the harness does what their fix says: `retry`
  std::vector<std::string> final_errors;      // a job may end there
};

struct Plan {
  std::string name;
  std::uint32_t seed = 1;
  std::uint64_t duration_ms = 60'000;  // no new fault and no new job after it
  std::uint64_t limit_ms = 300'000;    // all jobs must have ended
  EmbeddedPlan cluster;
  WorkloadPlan workload;
  PromisesPlan promises;
  std::vector<FaultPlan> faults;

  [[nodiscard]] bool is_embedded() const { return cluster.file == embedded; }
};

using PlanResult = tl::expected<Plan, std::vector<ConfigError>>;
[[nodiscard]] PlanResult load_plan(const std::filesystem::path& file);
/// As load_plan, for text in memory; `file` names it and anchors relative paths.
[[nodiscard]] PlanResult parse_plan(std::string_view text, const std::filesystem::path& file);

/// The tables with slots in `plan`, which must outlive them.
[[nodiscard]] std::vector<SettingTable> plan_tables(Plan& plan);
[[nodiscard]] SettingTable fault_table(FaultPlan& fault);

}  // namespace ferry::chaos
