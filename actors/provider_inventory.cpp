// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/provider_inventory.hpp"

#include "actors/spawn.hpp"
#include "base/crash_point.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"

namespace ferry {

ProviderInventory::ProviderInventory(caf::event_based_actor*, ProviderInventoryOptions options)
    : options_(std::move(options)) {}

caf::behavior ProviderInventory::make_behavior() {
  return {[this](const GetInventory& m) { return look(m); },
          [this](const RemoveFound& m) { return remove(m); }};
}

caf::result<NodeInventory> ProviderInventory::look(const GetInventory& m) {
  auto found = options_.list(m);
  if (!found) return to_caf(found.error());
  NodeInventory inventory{options_.node, options_.role, std::move(*found), 0};
  if (inventory.resources.size() > limits::inventory_resources_max) {
    inventory.left_out = inventory.resources.size() - limits::inventory_resources_max;
    inventory.resources.resize(limits::inventory_resources_max);
  }
  return inventory;
}

caf::result<Done> ProviderInventory::remove(const RemoveFound& m) {
  crash_point("inventory: a leak is to be removed, it is there");
  if (auto done = options_.remove(m); !done) return to_caf(done.error());
  crash_point("inventory: a leak is removed, not told");
  log::info("removed by the janitor", {{"kind", m.kind}, {"name", m.name}});
  return Done{};
}

caf::actor spawn_provider_inventory(caf::event_based_actor& supervisor, Bridge* bridge,
                                    ProviderInventoryOptions options) {
  auto inventory = spawn_blocking<ProviderInventory>(supervisor, std::move(options));
  bridge->publish("inventory", inventory, {{Role::controller}});
  return inventory;
}

}  // namespace ferry
