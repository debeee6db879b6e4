// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Starts children in order, restarts those that fail, and gives up by failing
// itself so that its own supervisor decides: Erlang/OTP's supervisor on CAF. It
// uses monitors, never links: a linked child that is killed would take its
// supervisor along, and an exit message sent to a link cuts the link first.
// Children that are stopped, at the end or because a sibling failed, are stopped in
// reverse order, each with its grace and each before the next, and nothing starts
// before they are gone: two copies of one child would write to the same things.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/actor_tree.hpp"
#include "messages/actor_message.hpp"

namespace ferry {

enum class Restart : std::uint8_t {
  permanent,  // always
  transient,  // after a failure, not after a normal end
  temporary,  // never
};
[[nodiscard]] std::string_view to_string(Restart restart);

enum class Strategy : std::uint8_t {
  one_for_one,   // only the child that failed
  rest_for_one,  // it and all that were started after it, because they depend on it
  one_for_all,   // all, because they depend on each other
};

/// Delay before restart number n: initial * 2^n, at most cap, times 1 +- jitter.
struct Backoff {
  std::chrono::milliseconds initial{100};
  std::chrono::milliseconds cap{30'000};
  double jitter = 0.2;

  [[nodiscard]] std::chrono::milliseconds delay(std::uint32_t failures,
                                                std::mt19937_64& random) const;
};

/// More than `restarts_max` within `period`, and the supervisor gives up.
struct Intensity {
  std::size_t restarts_max = 5;
  std::chrono::seconds period{60};
};

struct ChildSpec {
  std::string id;
  std::function<caf::actor(caf::event_based_actor* supervisor)> start;
  Restart restart = Restart::permanent;
  Backoff backoff = {};
  std::chrono::milliseconds grace{5000};  // between the request to stop and the kill
};

struct SupervisorOptions {
  Strategy strategy = Strategy::one_for_one;
  Intensity intensity = {};
  std::uint64_t seed = 1;  // of the jitter
  Branch branch = {};      // where it writes down what runs
};

class Supervisor {
 public:
  static constexpr const char* actor_name = "supervisor";

  Supervisor(caf::event_based_actor* self, std::vector<ChildSpec> specs, SupervisorOptions options);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  caf::behavior make_behavior();

 private:
  struct Child {
    ChildSpec spec;
    caf::actor handle;
    std::uint32_t failures = 0;
    std::uint64_t generation = 0;  // timers of an earlier life carry an older one
    bool wanted = true;            // false: it ended, and its restart policy lets it rest
    caf::actor_clock::time_point started;
  };

  void start(std::size_t index);
  void on_down(const caf::down_msg& down);
  void on_failure(std::size_t index);
  void schedule_restart(std::size_t first, std::size_t last, std::chrono::milliseconds delay);
  [[nodiscard]] bool intensity_exceeded();
  void stop(caf::error reason);
  void stop_next_child();

  caf::event_based_actor* self_;
  SupervisorOptions options_;
  std::vector<Child> children_;
  std::deque<caf::actor_clock::time_point> restarts_;
  std::mt19937_64 random_;
  std::optional<caf::error> stop_reason_;
  std::optional<std::size_t> group_;  // the first child of those that stop to start again
  std::chrono::milliseconds group_delay_{0};
};

}  // namespace ferry
