// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Work goes on only while somebody asks about it. A node that lost the controller, or
// a job that was given to another worker meanwhile, so goes quiet by itself in bounded
// time. Whoever comes back later simply asks again, and the work begins again from
// what is durable.
#pragma once

#include <chrono>

#include <caf/all.hpp>

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "messages/actor_message.hpp"

namespace ferry {

/// Sent by the lease to its own actor, which passes it to `has_ended`.
struct LeaseCheck {
  bool now = true;
  FERRY_MESSAGE("work.lease_check", now)
};

/// Part of one actor. Costs one timer, and none while nothing was asked.
class WorkLease {
 public:
  WorkLease(caf::event_based_actor* self, std::chrono::milliseconds length)
      : self_(self), length_(length) {}

  /// Called for each request about the work.
  void renew() {
    asked_ms_ = steady_ms();
    if (!checking_) check_in(length_);
  }
  /// Returns whether work that still runs has to end now.
  [[nodiscard]] bool has_ended(bool running) {
    checking_ = false;
    const std::chrono::milliseconds left{asked_ms_ + length_.count() - steady_ms()};
    if (left.count() <= 0) return running;
    check_in(left);
    return false;
  }

 private:
  void check_in(std::chrono::milliseconds delay) {
    checking_ = true;
    self_->delayed_send(self_, delay, LeaseCheck{});
  }

  caf::event_based_actor* self_;
  std::chrono::milliseconds length_;
  std::int64_t asked_ms_ = 0;
  bool checking_ = false;
};

}  // namespace ferry
