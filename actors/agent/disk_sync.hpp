// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The copying of one job's disks on the source server, as the controller sees it:
// started, changed, watched and stopped by repeated requests. Runs on a thread of
// its own, because stopping waits for the copying threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/agent/replicate.hpp"
#include "actors/background.hpp"
#include "actors/log_keeper.hpp"
#include "actors/work_lease.hpp"
#include "disk/inventory.hpp"
#include "messages/catalogue.hpp"

namespace ferry {

struct AgentOptions {
  std::string source;              // s-...
  std::vector<std::string> disks;  // by index; empty: as the inventory finds them
  std::string root;                // for the inventory; empty: this server's own
  ReplicationOptions replication;
  std::chrono::milliseconds lease = limits::work_lease;  // of work nobody asks about
  KeptLog log = {};

  // What a simulated source server does in its own way.
  std::function<Result<Inventory>(const InventoryOptions&)> read_inventory = ferry::read_inventory;
  ReplicateDisk replicate = replicate_disk;
};

class DiskSync {
 public:
  static constexpr const char* actor_name = "disk_sync";
  static constexpr bool works_for_one_job = true;

  DiskSync(caf::event_based_actor* self, AgentOptions options, std::string job);
  caf::behavior make_behavior();

 private:
  caf::result<SyncStatus> sync(const SyncDisks& m);
  caf::result<SyncStatus> stop(const StopSync& m);
  void begin(const SyncDisks& m);
  [[nodiscard]] SyncStatus status() const;

  caf::event_based_actor* self_;
  AgentOptions options_;
  std::string job_;
  WorkLease lease_;
  std::uint64_t epoch_ = 0;          // of the work below
  std::uint64_t stopped_epoch_ = 0;  // this and older ones stay stopped
  std::vector<std::shared_ptr<DiskSyncState>> disks_;
  Background<bool> work_;
};

/// Spawns the agent's tree and publishes it.
class Bridge;
[[nodiscard]] caf::actor spawn_agent(caf::actor_system& system, Bridge* bridge,
                                     AgentOptions options);

}  // namespace ferry
