// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Carries traces (base/trace.hpp) between the actors of a process: each message arrives with what
// its sender worked for, and is handled as part of that. An actor that works for one job alone
// handles all its messages as part of this job's trace, whoever sends them.
#pragma once

#include <caf/all.hpp>

#include "base/trace.hpp"

namespace ferry {

class TracedActor : public caf::event_based_actor {
 public:
  /// For one job: its trace is what its maker works for, else that of the first message that has
  /// one.
  TracedActor(caf::actor_config& config, bool works_for_one_job);

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override;
  using caf::event_based_actor::enqueue;

 protected:
  caf::invoke_message_result consume(caf::mailbox_element& what) override;
  using caf::event_based_actor::consume;
  [[nodiscard]] const trace::Context& own_trace() const { return own_; }

 private:
  bool works_for_one_job_;
  trace::Context own_;
};

}  // namespace ferry
