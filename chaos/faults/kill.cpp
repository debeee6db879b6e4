// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

class Kill final : public Fault {
 public:
  Kill(FaultPlan plan, std::uint64_t dice) : plan_(std::move(plan)), dice_(dice) {}

  Result<std::string> strike(World& world) override {
    auto node = choose_node(world, plan_, dice_, {"controller", "transition", "worker", "agent"});
    if (!node) return fail(node.error());
    if (auto done = signal_node(*node, SIGKILL); !done) return fail(done.error());
    return node->name + " (pid " + std::to_string(node->pid) + ") killed";
  }

 private:
  FaultPlan plan_;
  std::uint64_t dice_;
};

}  // namespace

std::unique_ptr<Fault> make_kill(const FaultPlan& plan, std::uint64_t dice) {
  return std::make_unique<Kill>(plan, dice);
}

}  // namespace ferry::chaos
