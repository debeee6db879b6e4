// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Lets the controller's janitor look at what this node's provider has, and remove
// what should not be there any more. Blocks.
#pragma once

#include <functional>
#include <vector>

#include <caf/all.hpp>

#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct ProviderInventoryOptions {
  std::string node;
  std::string role;
  /// What the request asks for and this provider has.
  std::function<Result<std::vector<FoundResource>>(const GetInventory&)> list;
  std::function<Result<>(const RemoveFound&)> remove;
};

class ProviderInventory {
 public:
  static constexpr const char* actor_name = "provider_inventory";

  ProviderInventory(caf::event_based_actor* self, ProviderInventoryOptions options);
  caf::behavior make_behavior();

 private:
  caf::result<NodeInventory> look(const GetInventory& m);
  caf::result<Done> remove(const RemoveFound& m);

  ProviderInventoryOptions options_;
};

/// Spawns it and publishes it under "inventory".
[[nodiscard]] caf::actor spawn_provider_inventory(caf::event_based_actor& supervisor,
                                                  Bridge* bridge, ProviderInventoryOptions options);

}  // namespace ferry
