// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The cluster as a whole, for people: which actors run in every process, and what
// happened that belongs to no single job.
#pragma once

#include <memory>

#include <caf/all.hpp>

#include "actors/actor_tree.hpp"
#include "messages/catalogue.hpp"
#include "storage/database.hpp"
#include "transport/bridge.hpp"

namespace ferry {

/// Writes failures of one node's actors to the cluster's log; told again they change
/// nothing. Belongs in a transaction.
void log_failures(Database& database, const std::string& node,
                  const std::vector<ActorFailure>& failures);

struct OverviewOptions {
  Bridge* bridge = nullptr;
  caf::actor store;
  caf::actor nodes;
  std::shared_ptr<ActorTree> tree;  // of the controller itself
};

class Overview {
 public:
  static constexpr const char* actor_name = "overview";

  Overview(caf::event_based_actor* self, OverviewOptions options);
  caf::behavior make_behavior();

 private:
  void log_own_failures();
  caf::result<ClusterTree> tree();
  caf::result<ClusterEventList> events(const ListClusterEvents& m);
  caf::result<DatabaseBackedUp> back_up(const BackUpDatabase& m);

  caf::event_based_actor* self_;
  OverviewOptions options_;
};

}  // namespace ferry
