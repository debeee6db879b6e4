// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A std::jthread that the simulator replaces by work of its own in virtual time.
#pragma once

#include <memory>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/simulation.hpp"
#include "base/trace.hpp"

namespace ferry {

class SideThread {
 public:
  SideThread() = default;
  /// Begins `work(stop)`, for what its maker works for. It ends when it likes, and soon after a
  /// stop request.
  template <class Work>
  explicit SideThread(Work work) {
    auto run = trace::Carried(
        [work = std::move(work), stop = stop_.get_token()]() mutable { work(stop); });
    if (auto* world = simulation()) {
      simulated_ = world->beside(std::move(run));
    } else {
      thread_ = std::jthread{std::move(run)};
    }
  }
  ~SideThread() { join(); }
  SideThread(SideThread&&) noexcept = default;
  SideThread& operator=(SideThread&& other) noexcept {
    join();
    stop_ = std::move(other.stop_);
    simulated_ = std::move(other.simulated_);
    thread_ = std::move(other.thread_);
    return *this;
  }

  void request_stop() { stop_.request_stop(); }
  [[nodiscard]] bool joinable() const { return thread_.joinable() || simulated_ != nullptr; }

 private:
  /// Asks the work to end and waits for it.
  void join() {
    stop_.request_stop();
    simulated_.reset();
    if (thread_.joinable()) thread_.join();
  }

  std::stop_source stop_;
  std::unique_ptr<SideWork> simulated_;
  std::jthread thread_;
};

}  // namespace ferry
