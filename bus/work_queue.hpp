// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Threads for what waits for the controller, so that the one with the socket never does.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ferry {

/// Any thread may call.
class WorkQueue {
 public:
  WorkQueue(std::size_t threads, std::size_t waiting_max);
  ~WorkQueue() { finish(); }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// False if as much waits as may. The work throws nothing.
  [[nodiscard]] bool add(std::function<void()> work);
  /// Does what was added, and ends its threads. Nothing may be added from now on.
  void finish();

 private:
  void run();

  const std::size_t waiting_max_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool ends_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace ferry
