// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What this worker was told to discard and must never make again, even if a request that
// was sent before comes after. It lasts as long as the process, and so does the link on
// which such a request could be late.
#pragma once

#include <deque>
#include <mutex>
#include <set>
#include <string>

#include "base/simulation.hpp"

namespace ferry {

/// Shared by the actors of all jobs. Any thread may call.
class Discarded {
 public:
  void add(const std::string& token) {
    const std::lock_guard lock{mutex_};
    if (!tokens_.insert(token).second) return;
    order_.push_back(token);
    if (order_.size() <= tokens_max) return;
    tokens_.erase(order_.front());
    order_.pop_front();
  }
  [[nodiscard]] bool contains(const std::string& token) const {
    const std::lock_guard lock{mutex_};
    return keeps(Protection::tombstone) && tokens_.contains(token);
  }

 private:
  static constexpr std::size_t tokens_max = 10'000;  // the oldest are forgotten

  mutable std::mutex mutex_;
  std::set<std::string> tokens_;
  std::deque<std::string> order_;
};

}  // namespace ferry
