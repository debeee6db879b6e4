// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

class Stop final : public Fault {
 public:
  Stop(FaultPlan plan, std::uint64_t dice) : plan_(std::move(plan)), dice_(dice) {}

  Result<std::string> strike(World& world) override {
    auto node = choose_node(world, plan_, dice_, {"controller", "transition", "worker", "agent"});
    if (!node) return fail(node.error());
    auto promised = world.undo.promise({0, "continue", {}, node->pid, node->start_ticks});
    if (!promised) return fail(promised.error());
    undo_ = *promised;
    if (auto done = signal_node(*node, SIGSTOP); !done) return fail(done.error());
    return node->name + " (pid " + std::to_string(node->pid) + ") stopped";
  }
  Result<> heal(World& world) override { return world.undo.fulfil(undo_); }

 private:
  FaultPlan plan_;
  std::uint64_t dice_;
  std::uint64_t undo_ = 0;
};

}  // namespace

std::unique_ptr<Fault> make_stop(const FaultPlan& plan, std::uint64_t dice) {
  return std::make_unique<Stop>(plan, dice);
}

}  // namespace ferry::chaos
