// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The product's own links through the proxy: what broke them must not end them.
#include <thread>

#include <doctest/doctest.h>

#include "base/clock.hpp"
#include "chaos/embedded.hpp"
#include "chaos/proxy.hpp"
#include "tests/transport/node.hpp"
#include "transport/client.hpp"

using namespace ferry;
using namespace ferry::chaos;
using namespace ferry::transport_test;
using namespace std::chrono_literals;

namespace {

/// A controller and an agent with the proxy between them.
struct ProxiedLink {
  std::uint16_t port = free_port();
  Endpoint proxy_at{advertised_host, port};
  Endpoint server_at{bound_host, port};
  Node controller;
  Node agent;
  caf::actor echo;
  std::unique_ptr<Proxy> proxy;

  ProxiedLink() {
    controller.start("controller", to_string(server_at));
    echo = controller.system->spawn<Echo>();
    controller.bridge->publish("jobs", echo, {{Role::agent}});
    controller.bridge->enrol({"s-1", Role::agent}, agent.keys.public_key);
    auto started = Proxy::start({{"controller", proxy_at, server_at}}, [](auto, auto) {
      return chaos::Peer{"s-1", "agent"};
    });
    REQUIRE(started);
    proxy = std::move(*started);
    agent.start("s-1");
  }
  ~ProxiedLink() { caf::anon_send_exit(echo, caf::exit_reason::kill); }

  bool ask() {
    bool answered = false;
    caf::scoped_actor self{*agent.system};
    self->request(agent.bridge->remote("controller", "jobs"), 300ms, GetJob{"j-1"})
        .receive([&](const JobView&) { answered = true; }, [](const caf::error&) {});
    return answered;
  }
  bool ask_for(std::chrono::milliseconds limit, bool wished) {
    const auto deadline_ms = steady_ms() + limit.count();
    while (steady_ms() < deadline_ms) {
      if (ask() == wished) return true;
      std::this_thread::sleep_for(50ms);
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a link whose frames were corrupted on the wire works again soon") {
  ProxiedLink line;
  line.agent.bridge->connect({"controller", Role::controller}, to_string(line.proxy_at),
                             line.controller.keys.public_key);
  REQUIRE(line.ask_for(5s, true));
  const auto rain = line.proxy->disturb({}, {.flip_every = 64});
  CHECK(line.ask_for(5s, false));
  std::this_thread::sleep_for(500ms);
  line.proxy->calm(rain);
  CHECK(line.ask_for(20s, true));
}

TEST_CASE("a client's request that was corrupted on the wire is asked again") {
  ProxiedLink line;
  Client client{{to_string(line.proxy_at), line.controller.keys.public_key, line.agent.keys, true}};
  REQUIRE(client.ask<JobView>("jobs", GetJob{"j-1"}, 5s));
  const auto rain = line.proxy->disturb({}, {.flip_every = 16});
  std::jthread sun{[&] {
    std::this_thread::sleep_for(700ms);
    line.proxy->calm(rain);
  }};
  const auto start_ms = steady_ms();
  CHECK(client.ask<JobView>("jobs", GetJob{"j-2"}, 20s));
  CHECK(steady_ms() - start_ms < 8000);
}
