// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/fault.hpp"

#include <algorithm>
#include <map>

#include "base/process.hpp"

namespace ferry::chaos {

Result<> Fault::heal(World&) { return {}; }

std::unique_ptr<Fault> make_fault(const FaultPlan& plan, std::uint64_t dice) {
  using Make = std::unique_ptr<Fault> (*)(const FaultPlan&, std::uint64_t);
  static const std::map<std::string_view, Make> makers{
      {"kill_9", make_kill},
      {"stop", make_stop},
      {"agent_restart", make_agent_restart},
      {"launcher_kill", make_launcher_kill},
      {"net_cut", make_network},
      {"net_reset", make_network},
      {"net_delay", make_network},
      {"net_throttle", make_network},
      {"net_corrupt", make_network},
      {"full_disk", make_full_disk},
      {"io_error", make_io_error},
      {"slow_disk", make_slow_disk},
      {"clock_jump", make_clock_jump},
      {"corrupt_at_rest", make_corrupt_at_rest},
      {"remove_instance", make_remove_instance},
  };
  return makers.at(plan.kind)(plan, dice);
}

Result<NodeProcess> choose_node(const World& world, const FaultPlan& plan, std::uint64_t dice,
                                const std::vector<std::string>& roles) {
  std::vector<std::string> names;
  for (const auto& node : world.cluster.config().nodes) {
    const bool of_role = plan.role.empty() ? std::ranges::find(roles, node.role) != roles.end()
                                           : node.role == plan.role;
    const bool meant = plan.node.empty() ? of_role : node.name == plan.node;
    if (meant && runs_here(node)) names.push_back(node.name);
  }
  if (names.empty()) {
    return fail(Errc::not_found, "no node of this host is meant by the fault " + plan.kind,
                "correct node or role in the plan");
  }
  return world.cluster.running(names[dice % names.size()]);
}

Result<> signal_node(const NodeProcess& node, int number) {
  const auto process = open_process(node.pid, node.start_ticks);
  if (!process) return fail(Errc::cluster_not_running, "node " + node.name + " has just ended");
  send_signal(process, number);
  return {};
}

}  // namespace ferry::chaos
