// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/stage.hpp"

#include <algorithm>
#include <set>
#include <thread>

#include "base/clock.hpp"
#include "chaos/embedded.hpp"
#include "chaos/fault_kinds.hpp"
#include "chaos/socket_owner.hpp"
#include "messages/catalogue.hpp"

namespace ferry::chaos {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr std::int64_t sources_limit_ms = 60'000;
constexpr auto stage_poll = 100ms;

Result<> probe_all(const Plan& plan) {
  std::set<std::string> kinds;
  for (const auto& fault : plan.faults) kinds.insert(fault.kind);
  for (const auto& kind : kinds) {
    if (auto possible = probe(kind); !possible) {
      return fail(possible.error().code,
                  "the fault " + kind + " is not possible here: " + possible.error().what,
                  "remove it from the plan; see 'edgeferry chaos list-faults'");
    }
  }
  return {};
}

Result<ClusterConfig> load(const fs::path& file) {
  auto config = load_config(file);
  if (config) return std::move(*config);
  return fail(config.error().front().error.code, to_string(config.error().front()));
}

/// Which node's process connected; the launcher's own file says which process is whose.
FindPeer peer_finder(const RealCluster* cluster) {
  return [cluster](std::uint16_t peer_port, std::uint16_t own_port) -> Peer {
    const auto all = cluster->processes();
    if (!all) return {};
    std::vector<std::int64_t> pids;
    for (const auto& node : all->nodes) {
      if (node.pid > 0) pids.push_back(node.pid);
    }
    const auto pid = socket_owner(peer_port, own_port, pids);
    const auto node = std::ranges::find(all->nodes, pid, &NodeProcess::pid);
    if (pid == 0 || node == all->nodes.end()) return {};
    return {node->name, node->role};
  };
}

Result<std::unique_ptr<Proxy>> start_proxy(const RealCluster& cluster, std::uint64_t seed) {
  std::vector<ProxyRoute> routes;
  const auto add = [&](const NodeConfig& node, const std::string& listen) {
    const auto target = bound_endpoint(listen);
    routes.push_back({node.role, Endpoint{node.advertise, target.port}, target});
  };
  for (const auto& node : cluster.config().nodes) {
    if (node.role == "controller") add(node, node.listen);
    if (node.role == "transition") {
      add(node, node.control);
      add(node, node.data);
    }
  }
  return Proxy::start(routes, peer_finder(&cluster), seed);
}

Result<> let_sources_in(const RealCluster& cluster, std::uint32_t count) {
  auto link = cluster.operator_link();
  if (!link) return fail(link.error());
  auto code = link->ask<ActivationCreated>("sources", CreateActivation{"chaos", count, 1});
  if (!code) return fail(code.error());
  return write_file_durably(fs::path{cluster.config().state} / "source.code", code->code + "\n");
}

/// Waits until enough servers are there, and finds their disks on this host.
Result<> find_sources(Stage& stage, std::size_t wanted, const std::atomic<bool>* interrupted,
                      const std::map<std::string, fs::path>& raw_of_agent) {
  auto link = stage.cluster->operator_link();
  if (!link) return fail(link.error());
  const auto deadline_ms = steady_ms() + sources_limit_ms;
  for (;;) {
    stage.sources.clear();
    auto list = link->ask<SourceList>("sources", ListSources{});
    for (const auto& source : list ? list->sources : std::vector<SourceView>{}) {
      if (source.state != "Available" || has_critical(source.findings)) continue;
      stage.sources.push_back(source.id);
      if (source.inventory.disks.size() != 1) continue;
      const fs::path disk = source.inventory.disks.front().path;
      std::error_code ignored;
      if (fs::is_regular_file(disk, ignored)) stage.source_raw[source.id] = disk;
      for (const auto& [agent, raw] : raw_of_agent) {
        if (disk.string().find(agent + ".") != std::string::npos) stage.source_raw[source.id] = raw;
      }
    }
    if (stage.sources.size() >= wanted) return {};
    if (steady_ms() > deadline_ms || (interrupted != nullptr && *interrupted)) {
      return fail(Errc::source_offline,
                  std::to_string(stage.sources.size()) + " source server(s) are available, not " +
                      std::to_string(wanted),
                  "see 'edgeferry source list', and the logs in " + stage.cluster->config().state);
    }
    std::this_thread::sleep_for(stage_poll);
  }
}

Result<Stage> set_embedded(const Plan& plan, std::uint64_t seed, const fs::path& work,
                           UndoLog& undo, const std::atomic<bool>* interrupted) {
  Stage stage;
  auto made = make_embedded(plan, work, undo);
  if (!made) return fail(made.error());
  stage.controls = made->controls;
  auto config = load(made->cluster_file);
  if (!config) return fail(config.error());
  stage.cluster = std::make_unique<RealCluster>(std::move(*config), made->cluster_file);
  const auto net = [](const FaultPlan& fault) { return fault.kind.starts_with("net_"); };
  if (std::ranges::any_of(plan.faults, net)) {
    auto proxy = start_proxy(*stage.cluster, seed);
    if (!proxy) return fail(proxy.error());
    stage.proxy = std::move(*proxy);
  }
  auto promised = undo.promise(undo_path("down", made->cluster_file));
  if (!promised) return fail(promised.error());
  if (auto up = stage.cluster->up(); !up) return fail(up.error());
  if (auto in = let_sources_in(*stage.cluster, plan.cluster.sources); !in) return fail(in.error());
  auto found = find_sources(stage, plan.cluster.sources, interrupted, made->sources);
  if (!found) return fail(found.error());
  return stage;
}

Result<Stage> find_cluster(const Plan& plan, const std::atomic<bool>* interrupted) {
  Stage stage;
  auto config = load(plan.cluster.file);
  if (!config) return fail(config.error());
  stage.cluster = std::make_unique<RealCluster>(std::move(*config), plan.cluster.file);
  if (auto running = stage.cluster->processes(); !running) return fail(running.error());
  if (auto found = find_sources(stage, 1, interrupted, {}); !found) return fail(found.error());
  return stage;
}

}  // namespace

Result<Stage> set_stage(const Plan& plan, std::uint64_t seed, const fs::path& work, UndoLog& undo,
                        const std::atomic<bool>* interrupted) {
  if (auto possible = probe_all(plan); !possible) return fail(possible.error());
  auto stage = plan.is_embedded() ? set_embedded(plan, seed, work, undo, interrupted)
                                  : find_cluster(plan, interrupted);
  if (!stage) return stage;
  auto canaries = Canaries::plant(*stage->cluster, undo);
  if (!canaries) return fail(canaries.error());
  stage->canaries = std::move(*canaries);
  return stage;
}

}  // namespace ferry::chaos
