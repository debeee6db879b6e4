// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Streams of server-sent events: all that lists show, and then each change. One thread looks at the
// controller for all of them, and only while there is anybody to tell. A stream says where it is,
// so that a broken one goes on there; after a new start of the controller, or too long a break, it
// says that it begins anew (docs/console-api.md).
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "console/call.hpp"
#include "console/live_state.hpp"
#include "http/server.hpp"

namespace ferry {

/// Any thread may call.
class Watchers {
 public:
  explicit Watchers(ControllerLink controller);
  ~Watchers();
  Watchers(const Watchers&) = delete;
  Watchers& operator=(const Watchers&) = delete;

  /// `last_event`: that its reader has got, if any. The stream ends once `may_go_on` says no, which
  /// is asked every limits::watch_alive_period. no_capacity beyond limits::watchers_max.
  [[nodiscard]] Result<HttpStream> open(const std::string& last_event,
                                        std::function<bool()> may_go_on);
  /// How many are open.
  [[nodiscard]] std::size_t open_streams();

 private:
  class Stream;

  void work(const std::stop_token& stop);
  [[nodiscard]] bool look();
  void show(const std::string& kind, std::vector<SeenThing> things);

  ControllerLink controller_;
  const std::string incarnation_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  LiveState state_;
  std::size_t watchers_ = 0;
  std::uint64_t looks_ = 0;       // that were begun
  std::uint64_t seen_looks_ = 0;  // the newest that has seen everything
  std::int64_t seen_ms_ = 0;      // steady clock, of that
  std::jthread thread_;
};

/// The route of the streams, which the service knows by its operation "watch".
[[nodiscard]] std::vector<ConsoleRoute> watch_routes();

}  // namespace ferry
