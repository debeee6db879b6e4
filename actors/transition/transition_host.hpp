// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The transition instances of this node, each an actor of its own, reached by the
// token of its ledger row.
#pragma once

#include <caf/all.hpp>

#include "actors/roster.hpp"
#include "actors/transition/transition_instance.hpp"

namespace ferry {

class TransitionHost {
 public:
  static constexpr const char* actor_name = "transition_host";

  TransitionHost(caf::event_based_actor* self, TransitionOptions options);
  caf::behavior make_behavior();

 private:
  template <class Answer, class M>
  caf::result<Answer> pass_on(const M& m, bool start);

  caf::event_based_actor* self_;
  TransitionOptions options_;
  Roster instances_;
};

/// Spawns the tree of a transition node and publishes it.
[[nodiscard]] caf::actor spawn_transition(caf::actor_system& system, TransitionOptions options,
                                          const std::string& node);

}  // namespace ferry
