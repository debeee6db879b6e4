// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Knows which nodes live. Heartbeats of agents go on to their source servers.
#pragma once

#include <map>
#include <string>

#include <caf/all.hpp>

#include "messages/catalogue.hpp"
#include "transport/remote_actor.hpp"

namespace ferry {

/// It is gone for good.
struct ForgetNode {
  std::string node;
  FERRY_MESSAGE("nodes.forget", node)
};

class Nodes {
 public:
  static constexpr const char* actor_name = "nodes";

  Nodes(caf::event_based_actor* self, caf::actor store, caf::actor sources);
  caf::behavior make_behavior();

 private:
  caf::result<Welcome> hello(const Hello& m);
  void welcome(const Hello& m, Role role, caf::typed_response_promise<Welcome> promise) const;
  NodeList list(const ListNodes& m) const;

  caf::event_based_actor* self_;
  caf::actor store_;
  caf::actor sources_;
  struct Known {
    NodeView view;
    std::int64_t seen_ms = 0;  // steady: a wall clock that jumps makes nobody come or go
  };
  std::map<std::string, Known> nodes_;
};

}  // namespace ferry
