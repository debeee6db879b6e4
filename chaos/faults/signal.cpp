// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Three faults that are one signal each: kill_9, stop and agent_restart.
#include <csignal>

#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

struct SignalKind {
  int number;
  const char* done;  // for the report, after the node's name
  std::vector<std::string> roles;
};

class Signal final : public Fault {
 public:
  Signal(SignalKind kind, FaultPlan plan, std::uint64_t dice)
      : kind_(std::move(kind)), plan_(std::move(plan)), dice_(dice) {}

  Result<std::string> strike(World& world) override {
    auto node = choose_node(world, plan_, dice_, kind_.roles);
    if (!node) return fail(node.error());
    if (kind_.number == SIGSTOP) {
      auto promised = world.undo.promise({0, "continue", {}, node->pid, node->start_ticks});
      if (!promised) return fail(promised.error());
      undo_ = *promised;
    }
    if (auto done = signal_node(*node, kind_.number); !done) return fail(done.error());
    return node->name + " (pid " + std::to_string(node->pid) + ") " + kind_.done;
  }
  Result<> heal(World& world) override {
    return kind_.number == SIGSTOP ? world.undo.fulfil(undo_) : Fault::heal(world);
  }

 private:
  SignalKind kind_;
  FaultPlan plan_;
  std::uint64_t dice_;
  std::uint64_t undo_ = 0;
};

const std::vector<std::string> any_role{"controller", "transition", "worker", "agent"};

}  // namespace

std::unique_ptr<Fault> make_kill(const FaultPlan& plan, std::uint64_t dice) {
  return std::make_unique<Signal>(SignalKind{SIGKILL, "killed", any_role}, plan, dice);
}

std::unique_ptr<Fault> make_stop(const FaultPlan& plan, std::uint64_t dice) {
  return std::make_unique<Signal>(SignalKind{SIGSTOP, "stopped", any_role}, plan, dice);
}

/// As an administrator who restarts the service on a source server.
std::unique_ptr<Fault> make_agent_restart(const FaultPlan& plan, std::uint64_t dice) {
  return std::make_unique<Signal>(SignalKind{SIGTERM, "told to end", {"agent"}}, plan, dice);
}

}  // namespace ferry::chaos
