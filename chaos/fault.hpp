// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One strike of one fault: something is done to the real cluster, and undone. Each kind is
// one file in faults/.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "chaos/cluster.hpp"
#include "chaos/faulty_disk.hpp"
#include "chaos/job_watch.hpp"
#include "chaos/plan.hpp"
#include "chaos/proxy.hpp"
#include "chaos/undo.hpp"

namespace ferry::chaos {

/// What faults work with; everything outlives them.
struct World {
  const RealCluster& cluster;
  UndoLog& undo;
  Proxy* proxy = nullptr;
  std::map<std::string, DiskControls> controls = {};  // by folder, or by source agent
  std::vector<JobWatch> jobs = {};                    // as they were just before the strike
};

class Fault {
 public:
  virtual ~Fault() = default;

  /// Does it. Returns to whom and what, for the report: "worker-1 (pid 4711)". An error
  /// says why it could not be done now; nothing is left then.
  [[nodiscard]] virtual Result<std::string> strike(World& world) = 0;
  /// Ends what lasts. Called once after a strike that succeeded.
  [[nodiscard]] virtual Result<> heal(World& world);
};

/// `dice` decides what the plan leaves open.
[[nodiscard]] std::unique_ptr<Fault> make_fault(const FaultPlan& plan, std::uint64_t dice);

/// The process that a plan means: its node, or one of its role, or of any of `roles`.
[[nodiscard]] Result<NodeProcess> choose_node(const World& world, const FaultPlan& plan,
                                              std::uint64_t dice,
                                              const std::vector<std::string>& roles);
/// Sends a signal to exactly this process.
[[nodiscard]] Result<> signal_node(const NodeProcess& node, int number);

// -- the kinds, one file each in faults/ --------------------------------------------------
[[nodiscard]] std::unique_ptr<Fault> make_kill(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_stop(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_agent_restart(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_launcher_kill(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_network(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_full_disk(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_io_error(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_slow_disk(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_clock_jump(const FaultPlan& plan, std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_corrupt_at_rest(const FaultPlan& plan,
                                                          std::uint64_t dice);
[[nodiscard]] std::unique_ptr<Fault> make_remove_instance(const FaultPlan& plan,
                                                          std::uint64_t dice);

}  // namespace ferry::chaos
