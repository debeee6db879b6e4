// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "base/process.hpp"
#include "base/text.hpp"
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

/// As a host that loses its power and starts again with another monotonic clock. Only a
/// process that starts can be given a clock of its own, so all are killed.
class ClockJump final : public Fault {
 public:
  explicit ClockJump(std::uint64_t jump_ms) : jump_ms_(jump_ms) {}

  Result<std::string> strike(World& world) override {
    const auto seconds = std::to_string(jump_ms_ / 1000);
    if (auto done = kill_all(world); !done) return fail(done.error());
    auto up = world.cluster.up({"unshare", "--time", "--fork", "--monotonic", seconds});
    if (!up) return fail(up.error());
    return "all processes killed, their clock is " + duration_text(jump_ms_) + " ahead";
  }
  Result<> heal(World& world) override {
    if (auto done = kill_all(world); !done) return done;
    return world.cluster.up();
  }

 private:
  static Result<> kill_all(const World& world) {
    auto all = world.cluster.processes();
    if (!all) return fail(all.error());
    // The launcher first, or it would start again what falls.
    if (const auto launcher = open_process(all->launcher_pid, all->launcher_ticks)) {
      send_signal(launcher, SIGKILL);
      (void)wait_end(launcher, std::chrono::seconds{5});
    }
    all = world.cluster.processes();
    if (!all) return fail(all.error());
    for (const auto& node : all->nodes) (void)signal_node(node, SIGKILL);
    return {};
  }

  std::uint64_t jump_ms_;
};

}  // namespace

std::unique_ptr<Fault> make_clock_jump(const FaultPlan& plan, std::uint64_t) {
  return std::make_unique<ClockJump>(plan.jump_ms);
}

}  // namespace ferry::chaos
