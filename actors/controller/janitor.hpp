// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Looks again and again whether the ledger and the providers agree, and removes what
// has leaked. It remembers nothing: what one look misses or can't remove, the next one
// finds again.
#pragma once

#include <functional>

#include <caf/all.hpp>

#include "actors/controller/resource_look.hpp"
#include "config/cluster_config.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct JanitorOptions {
  Bridge* bridge = nullptr;
  caf::actor store;
  caf::actor nodes;
  std::chrono::seconds period{60};
  PricesConfig prices = {};
};

class Janitor {
 public:
  static constexpr const char* actor_name = "janitor";

  Janitor(caf::event_based_actor* self, JanitorOptions options);
  caf::behavior make_behavior();

 private:
  void sweep();
  void look(LookOptions options, ResourceLook::Then then, ResourceLook::Failed failed);
  void treat(const ResourceView& resource);
  void remove(const ResourceView& resource, std::function<void(Result<>)> then);
  void close_row(const ResourceView& resource, std::function<void(Result<>)> then);
  void log_event(const std::string& kind, const ResourceView& resource, std::int64_t at_ms,
                 const std::string& text);
  caf::result<ResourceList> list(const ListResources& m);
  caf::result<Done> release(const ReleaseResource& m);

  caf::event_based_actor* self_;
  JanitorOptions options_;
};

}  // namespace ferry
