// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "base/process.hpp"
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

/// The nodes live on without their launcher; the next one takes the cluster over.
class LauncherKill final : public Fault {
 public:
  Result<std::string> strike(World& world) override {
    auto all = world.cluster.processes();
    if (!all) return fail(all.error());
    const auto launcher = open_process(all->launcher_pid, all->launcher_ticks);
    if (!launcher) return fail(Errc::cluster_not_running, "the launcher does not run");
    auto promised = world.undo.promise(undo_path("up", world.cluster.file()));
    if (!promised) return fail(promised.error());
    undo_ = *promised;
    send_signal(launcher, SIGKILL);
    return "launcher (pid " + std::to_string(all->launcher_pid) + ") killed";
  }
  Result<> heal(World& world) override { return world.undo.fulfil(undo_); }

 private:
  std::uint64_t undo_ = 0;
};

}  // namespace

std::unique_ptr<Fault> make_launcher_kill(const FaultPlan&, std::uint64_t) {
  return std::make_unique<LauncherKill>();
}

}  // namespace ferry::chaos
