// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An actor system whose scheduler and clock only move when a test says so: every
// order of events is the test's own, and a delay of a minute takes no time.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/spawn.hpp"

namespace ferry::test {

using Milliseconds = std::chrono::milliseconds;

class PlayedSystem {
 public:
  PlayedSystem() {
    config_.set("scheduler.policy", caf::atom("testing"));
    system_ = std::make_unique<caf::actor_system>(config_);
    // A test that fails must not wait for the actors that it left behind.
    system_->await_actors_before_shutdown(false);
  }

  [[nodiscard]] caf::actor_system& system() { return *system_; }
  [[nodiscard]] caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
  }
  /// Handles all messages that wait.
  void run() { scheduler().run(); }
  /// Lets time pass and handles what it brings.
  void pass(Milliseconds time) {
    scheduler().advance_time(time);
    run();
  }
  /// Goes to the next timer, handles what it brings, and returns how long it was.
  Milliseconds next_timer() {
    const auto before = scheduler().clock().now();
    REQUIRE(scheduler().trigger_timeout());
    const auto waited = scheduler().clock().now() - before;
    run();
    return std::chrono::duration_cast<Milliseconds>(waited);
  }

 private:
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
};

/// What children write down: "start a", "end a".
using Diary = std::vector<std::string>;

/// Tells a child how to end.
struct Break {
  std::string how;  // normal, error or throw
  FERRY_MESSAGE("test.break", how)
};
struct Ping {
  std::string text;
  FERRY_MESSAGE("test.ping", text)
};

/// A child that writes down its life.
class Child {
 public:
  static constexpr const char* actor_name = "child";

  Child(caf::event_based_actor* self, std::string id, Diary* diary, bool deaf)
      : self_(self), id_(std::move(id)), diary_(diary) {
    diary_->push_back("start " + id_);
    if (deaf) self_->set_exit_handler([](caf::exit_msg&) {});
  }
  ~Child() { diary_->push_back("end " + id_); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  caf::behavior make_behavior() {
    return {[this](const Break& m) {
              if (m.how == "throw") throw std::runtime_error{"out of paper"};
              if (m.how == "error") return self_->quit(to_caf({Errc::disk_full, "no room", {}}));
              self_->quit();
            },
            [](const Ping& m) { return m; }};
  }

 private:
  caf::event_based_actor* self_;
  std::string id_;
  Diary* diary_;
};

}  // namespace ferry::test
