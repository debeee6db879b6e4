// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An actor system with a bridge and real sockets, and an actor to talk to.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "messages/catalogue.hpp"
#include "transport/bridge.hpp"

namespace ferry::transport_test {

/// Answers with the job's id and, as its step, who asked; the job "bad" is not found.
/// A class: CAF binds a null reference for an actor that is a function.
struct Echo : caf::event_based_actor {
  using event_based_actor::event_based_actor;
  caf::behavior make_behavior() override {
    return {[this](const GetJob& m) -> caf::result<JobView> {
      if (m.job == "bad") return to_caf({Errc::not_found, "no job bad", "look again"});
      JobView view;
      view.id = m.job;
      view.step = peer_of(current_sender()).node;
      return view;
    }};
  }
};

struct Node {
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  KeyPair keys = make_key_pair();
  std::unique_ptr<Bridge> bridge;

  Node() {
    config.set("scheduler.policy", caf::atom("sharing"));
    system = std::make_unique<caf::actor_system>(config);
  }
  ~Node() { bridge.reset(); }
  void start(const std::string& name, std::optional<std::string> listen = {}) {
    auto started = Bridge::start(*system, {name, keys, std::move(listen)});
    REQUIRE(started);
    bridge = std::move(*started);
  }
};

}  // namespace ferry::transport_test
