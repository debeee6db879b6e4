// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The agent's actor tree.
#include "actors/agent/disk_sync.hpp"
#include "actors/heartbeat.hpp"
#include "actors/roster.hpp"
#include "actors/spawn.hpp"
#include "actors/supervisor.hpp"
#include "base/log.hpp"
#include "transport/bridge.hpp"

namespace ferry {
namespace {

struct ReportNow {
  bool now = true;
  FERRY_MESSAGE("inventory.report_now", now)
};

/// Reads the inventory whenever the controller wants it, and answers with it if asked for it. A
/// thread of its own: disks may be slow.
class InventoryReporter {
 public:
  static constexpr const char* actor_name = "inventory_reporter";

  InventoryReporter(caf::event_based_actor* self, Bridge* bridge, AgentOptions options)
      : self_(self),
        sources_(bridge->remote("controller", "sources")),
        options_(std::move(options)) {}

  caf::behavior make_behavior() {
    return {[this](const ReportNow&) { report(); }, [this](const LookAgain&) { return look(); },
            [](const Done&) {}};
  }

 private:
  [[nodiscard]] Result<Inventory> read() const {
    return options_.read_inventory({options_.disks, options_.root.empty() ? "/" : options_.root});
  }

  caf::result<ReportInventory> look() {
    auto inventory = read();
    if (!inventory) return to_caf(inventory.error());
    return ReportInventory{options_.source, *inventory};
  }

  void report() {
    auto inventory = read();
    if (!inventory) {
      log::error("inventory can't be read", {{"why", to_string(inventory.error())}});
      return;
    }
    self_->request(sources_, std::chrono::seconds{10}, ReportInventory{options_.source, *inventory})
        .then([](const Done&) {},
              [](caf::error& error) {
                log::warning("inventory was not taken", {{"why", to_string(from_caf(error))}});
              });
  }

  caf::event_based_actor* self_;
  caf::actor sources_;
  AgentOptions options_;
};

}  // namespace

caf::actor spawn_agent(caf::actor_system& system, Bridge* bridge, AgentOptions options) {
  auto reporter = std::make_shared<caf::actor>();  // written by the supervisor's starts only
  const Branch root;
  std::vector<ChildSpec> specs{
      {"sync",
       [bridge, options, branch = root.at("sync")](caf::event_based_actor* self) {
         auto sync = spawn_actor<JobRoster<DiskSync, SyncDisks, StopSync>>(
             *self, branch, [&system = self->system(), options](const std::string& job) {
               return spawn_blocking<DiskSync>(system, options, job);
             });
         bridge->publish("sync", sync, {{Role::controller}});
         return sync;
       }},
      {"inventory",
       [bridge, options, reporter](caf::event_based_actor* self) {
         *reporter = spawn_blocking<InventoryReporter>(*self, bridge, options);
         bridge->publish("inventory", *reporter, {{Role::controller}});
         return *reporter;
       }},
      {"log",
       [bridge, options](caf::event_based_actor* self) {
         return spawn_log_keeper(*self, bridge, {options.source, "agent", options.log});
       }},
      {"heartbeat",
       [bridge, options, reporter, tree = root.tree()](caf::event_based_actor* self) {
         auto on_welcome = [target = *reporter](const Welcome& welcome) {
           if (welcome.inventory_wanted) caf::anon_send(target, ReportNow{});
         };
         return spawn_heartbeat(*self, bridge, {options.source, "agent", tree, on_welcome});
       }},
  };
  return spawn_actor<Supervisor>(
      system, std::move(specs),
      SupervisorOptions{.strategy = Strategy::rest_for_one, .branch = root});
}

}  // namespace ferry
