// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Tells the controller that this node lives and which of its actors failed, and tells
// this node's log when the controller does not answer. Answers what runs here.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <caf/all.hpp>

#include "actors/actor_tree.hpp"
#include "base/limits.hpp"
#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct HeartbeatOptions {
  std::string node;
  std::string role;
  std::shared_ptr<ActorTree> tree;
  /// Called for each answer; agents send their inventory from here when it is wanted.
  std::function<void(const Welcome&)> on_welcome = {};
  /// Between two of them, and that an answer may take.
  std::chrono::milliseconds interval = limits::heartbeat_interval;
};

class Heartbeat {
 public:
  static constexpr const char* actor_name = "heartbeat";

  Heartbeat(caf::event_based_actor* self, Bridge* bridge, HeartbeatOptions options);
  caf::behavior make_behavior();

 private:
  void beat();
  void on_welcome(const Welcome& welcome, std::uint64_t told);
  [[nodiscard]] NodeTree tree() const;
  void on_failure(const Error& error);

  caf::event_based_actor* self_;
  HeartbeatOptions options_;
  Bridge* bridge_;
  caf::actor nodes_;
  std::string incarnation_;
  bool online_ = false;
  std::int64_t last_welcome_ms_;
  std::int64_t last_warning_ms_ = 0;
};

/// Spawns it and publishes it under "tree".
[[nodiscard]] caf::actor spawn_heartbeat(caf::event_based_actor& supervisor, Bridge* bridge,
                                         HeartbeatOptions options);

}  // namespace ferry
