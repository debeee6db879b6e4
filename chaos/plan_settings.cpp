// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The one list of the keys of a plan. Which kinds of faults a key belongs to is written
// beside it.
#include "chaos/fault_kinds.hpp"
#include "chaos/plan.hpp"

namespace ferry::chaos {
namespace {

using limits::gib;
using limits::mib;
using namespace rule;

constexpr std::uint64_t hour_ms = 3'600'000;
constexpr std::uint64_t duration_ms_max = 24 * hour_ms;
constexpr std::uint64_t disk_bytes_max = 64 * gib;
constexpr std::uint32_t sources_max = 16;
constexpr std::uint32_t migrations_max = 1000;

Rule time(std::uint64_t max, std::uint64_t min = 0) {
  return {.kind = Kind::duration, .min = min, .max = max};
}
}  // namespace

std::vector<SettingTable> plan_tables(Plan& plan) {
  const Rule flag{.kind = Kind::flag};
  const Rule errors{.kind = Kind::errors, .max = 20};
  const Rule path{.kind = Kind::path, .base = Base::config_folder};
  auto& cluster = plan.cluster;
  auto& promises = plan.promises;
  return {
      {"plan",
       {{"name", &plan.name, required({.kind = Kind::name})},
        {"seed", &plan.seed, number(0, 0xffff'ffff)},
        {"duration", &plan.duration_ms, time(duration_ms_max, 1000)},
        {"limit", &plan.limit_ms, time(duration_ms_max, 1000)}}},
      {"cluster",
       {{"file", &cluster.file, path},
        {"sources", &cluster.sources, number(1, sources_max)},
        {"disk", &cluster.disk_bytes, size(16 * mib, disk_bytes_max)},
        {"used", &cluster.used_bytes, size(mib, disk_bytes_max)},
        {"work", &cluster.work, path},
        {"janitor_s", &cluster.janitor_period_s, number(1, 3600)}}},
      {"workload",
       {{"migrations", &plan.workload.migrations, number(1, migrations_max)},
        {"repeat", &plan.workload.repeat, flag},
        {"bandwidth_mbps", &plan.workload.bandwidth_mbps, number(0, 100'000)},
        {"compression", &plan.workload.compression, number(0, limits::compression_max)}}},
      {"promises",
       {{"jobs_finish", &promises.jobs_finish, flag},
        {"images_equal", &promises.images_equal, flag},
        {"events_kept", &promises.events_kept, flag},
        {"nothing_left", &promises.nothing_left, flag},
        {"foreign_untouched", &promises.foreign_untouched, flag},
        {"progress_within", &promises.progress_within_ms, time(duration_ms_max)},
        {"retry_errors", &promises.retry_errors, errors},
        {"final_errors", &promises.final_errors, errors}}},
  };
}

SettingTable fault_table(FaultPlan& f) {
  const auto of_link = [](Rule rule) {
    return only({"net_cut", "net_reset", "net_delay", "net_throttle", "net_corrupt"},
                std::move(rule));
  };
  const std::vector<std::string_view> of_node{
      "kill_9", "stop", "net_cut", "net_reset", "net_delay", "net_throttle", "net_corrupt"};
  const Rule node{.kind = Kind::name, .may_be_empty = true};
  return {
      "fault",
      {{"kind", &f.kind, required(choice(fault_kind_names()))},
       {"at", &f.at_ms, time(duration_ms_max)},
       {"every", &f.every_ms, time(duration_ms_max)},
       {"jitter", &f.jitter_ms, time(hour_ms)},
       {"count", &f.count, number(0, 1000)},
       {"chance", &f.chance, number(1, 100)},
       {"during", &f.during, choice({"any", "preparing", "syncing", "processing", "cleaning"})},
       {"node", &f.node, only(node_kinds(), node)},
       {"role", &f.role,
        only(of_node, or_empty(choice({"controller", "transition", "worker", "agent"})))},
       {"to", &f.to, of_link(or_empty(choice({"controller", "transition"})))},
       {"folder", &f.folder,
        only({"full_disk", "io_error", "slow_disk"},
             required(choice({"storage", "bucket", "registry", "scratch", "state", "source"})))},
       {"lasts", &f.lasts_ms, only(lasting_kinds(), time(hour_ms, 1))},
       {"delay", &f.delay_ms, only({"net_delay"}, time(60'000, 1))},
       {"rate", &f.rate_bytes, only({"net_throttle", "slow_disk"}, size(1024, 10 * gib))},
       {"flip_every", &f.every_bytes, only({"net_corrupt"}, size(1, gib))},
       {"jump", &f.jump_ms, only({"clock_jump"}, time(30 * 24 * hour_ms, 1000))}},
      "kind"};
}

}  // namespace ferry::chaos
