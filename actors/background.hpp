// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// One piece of blocking work beside an actor: copying, converting, verifying. The
// actor starts it and looks at it when it is asked for status; no message is sent,
// so none can be lost or come too late.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>

#include "base/error.hpp"
#include "base/side_thread.hpp"

namespace ferry {

/// Owned and used by one actor. The work must end within a second of a stop request,
/// because destruction waits for it.
template <class T>
class Background {
 public:
  using Work = std::function<Result<T>(const std::stop_token&)>;

  /// Stops and forgets earlier work first.
  void start(Work work) {
    reset();
    thread_ = SideThread{[this, work = std::move(work)](const std::stop_token& stop) {
      result_ = run(work, stop);
      done_.store(true, std::memory_order_release);
    }};
  }
  /// Asks the work to end; the result is then usually Errc::canceled.
  void request_stop() { thread_.request_stop(); }
  /// Waits for the end of the work, then forgets it.
  void reset() {
    thread_ = {};
    result_.reset();
    done_ = false;
  }

  [[nodiscard]] bool started() const { return thread_.joinable(); }
  [[nodiscard]] bool running() const { return started() && !done_.load(std::memory_order_acquire); }
  /// Null while it runs and before it was started.
  [[nodiscard]] const Result<T>* result() const {
    return done_.load(std::memory_order_acquire) ? &*result_ : nullptr;
  }

 private:
  static Result<T> run(const Work& work, const std::stop_token& stop) {
    try {
      return work(stop);
    } catch (const std::exception& error) {
      return fail(Errc::internal, error.what());
    }
  }

  std::optional<Result<T>> result_;
  std::atomic<bool> done_{false};
  SideThread thread_;  // last, so that it ends before what it writes to
};

}  // namespace ferry
