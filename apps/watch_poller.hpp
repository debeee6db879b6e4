// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Asks the controller beside the screen, so that keys work while it is silent.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "apps/commands.hpp"
#include "apps/watch_state.hpp"
#include "base/file.hpp"
#include "base/side_thread.hpp"

namespace ferry {

class WatchPoller {
 public:
  /// Begins to ask; `op` belongs to the poller until it ends. `job` is all that is watched if it is
  /// not empty. `news` is an eventfd that becomes readable with every look.
  WatchPoller(Operator& op, std::string job, int news);
  /// Ends within a moment, also if the controller is silent.
  ~WatchPoller();
  WatchPoller(const WatchPoller&) = delete;
  WatchPoller& operator=(const WatchPoller&) = delete;

  [[nodiscard]] WatchedCluster look() const;
  /// Carries the order out as soon as the controller answers; what came of it is in `said`.
  void order(WatchOrder order);
  /// Which job is looked at closely.
  void choose(const std::string& job);
  void forget_said();

 private:
  void run(const std::stop_token& stop);
  void carry_out(const WatchOrder& order, const std::stop_token& stop);
  Result<> ask(WatchedCluster& cluster, const std::stop_token& stop);
  Result<> ask_events(WatchedCluster& cluster, const std::stop_token& stop);
  void publish(const std::function<void(WatchedCluster&)>& change);

  Operator& op_;
  const std::string only_job_;
  const int news_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  WatchedCluster cluster_;  // guarded by mutex_, as the next two are
  std::deque<WatchOrder> orders_;
  std::string chosen_;
  bool hurry_ = false;  // look again at once
  std::map<std::string, std::uint64_t>
      seen_;  // number of each job's newest event; the thread's own
  std::map<std::string, std::uint64_t> versions_;  // of jobs when their events were asked for
  SideThread thread_;                              // last: it uses all of the above
};

}  // namespace ferry
