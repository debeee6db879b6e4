// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

/// As an administrator who restarts the service on a source server.
class AgentRestart final : public Fault {
 public:
  AgentRestart(FaultPlan plan, std::uint64_t dice) : plan_(std::move(plan)), dice_(dice) {}

  Result<std::string> strike(World& world) override {
    auto node = choose_node(world, plan_, dice_, {"agent"});
    if (!node) return fail(node.error());
    if (auto done = signal_node(*node, SIGTERM); !done) return fail(done.error());
    return node->name + " (pid " + std::to_string(node->pid) + ") told to end";
  }

 private:
  FaultPlan plan_;
  std::uint64_t dice_;
};

}  // namespace

std::unique_ptr<Fault> make_agent_restart(const FaultPlan& plan, std::uint64_t dice) {
  return std::make_unique<AgentRestart>(plan, dice);
}

}  // namespace ferry::chaos
