// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a node works for, on its way to another.
#include "base/trace.hpp"

#include <doctest/doctest.h>

#include "tests/transport/node.hpp"
#include "transport/client.hpp"

using namespace ferry;
using namespace ferry::transport_test;
using namespace std::chrono_literals;

namespace {

/// Answers with the trace that a message came with.
struct Witness : caf::event_based_actor {
  using event_based_actor::enqueue;
  using event_based_actor::event_based_actor;
  std::string trace;  // of the newest message; asked one by one

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* unit) override {
    trace = trace::trace_text(trace::current());
    event_based_actor::enqueue(std::move(what), unit);
  }
  caf::behavior make_behavior() override {
    return {[this](const GetJob&) {
      JobView view;
      view.trace = trace;
      return view;
    }};
  }
};

struct WitnessPair {
  Node controller;
  Node agent;
  caf::actor witness;

  WitnessPair() {
    controller.start("controller", "tcp://127.0.0.1:*");
    witness = controller.system->spawn<Witness>();
    controller.bridge->publish("jobs", witness, {{Role::agent}, {Role::unenrolled}});
    agent.start("s-1");
    agent.bridge->connect({"controller", Role::controller}, controller.bridge->endpoint(),
                          controller.keys.public_key);
  }
  ~WitnessPair() { caf::anon_send_exit(witness, caf::exit_reason::kill); }

  void enrol() { controller.bridge->enrol({"s-1", Role::agent}, agent.keys.public_key); }
  /// Asks until the link is there.
  [[nodiscard]] std::string seen() const {
    caf::scoped_actor self{*agent.system};
    std::optional<std::string> trace;
    for (int attempt = 0; attempt < 20 && !trace; ++attempt) {
      self->request(agent.bridge->remote("controller", "jobs"), 300ms, GetJob{})
          .receive([&](const JobView& view) { trace = view.trace; }, [](const caf::error&) {});
    }
    return trace.value_or("none came");
  }
};

const auto context = trace::begin();

}  // namespace

TEST_CASE("a request crosses the wire with what its sender works for") {
  WitnessPair pair;
  pair.enrol();
  CHECK(pair.seen().empty());
  const trace::Scope scope{context};
  CHECK(pair.seen() == trace::trace_text(context));
  Client client{
      {pair.controller.bridge->endpoint(), pair.controller.keys.public_key, pair.agent.keys}};
  CHECK(client.ask<JobView>("jobs", GetJob{})->trace == trace::trace_text(context));
}

TEST_CASE("a key that isn't enrolled says nothing about traces") {
  WitnessPair pair;
  const trace::Scope scope{context};
  CHECK(pair.seen().empty());
}

TEST_CASE("a trace that is none is left out, and the request is answered") {
  Node node;
  auto bridge = Bridge::without_sockets(*node.system, {"controller", node.keys, {}});
  const auto witness = node.system->spawn<Witness>();
  bridge->publish("jobs", witness, {{Role::agent}});
  for (const auto& trace :
       {std::string{}, std::string{"00-x"}, std::string(500, '0'),
        "00-" + std::string(32, '0') + "-00f067aa0ba902b7-01", std::string{"\"\n\x1b"}}) {
    Envelope envelope;
    envelope.type = GetJob::wire_name;
    envelope.to = "jobs";
    envelope.trace = trace;
    bridge->receive({"s-1", Role::agent}, make_frame(envelope, to_msgpack(GetJob{})));
  }
  CHECK(bridge->counters().received == 5);
  CHECK(bridge->counters().refused == 0);
  caf::scoped_actor self{*node.system};
  self->request(witness, 5s, GetJob{})
      .receive([](const JobView& view) { CHECK(view.trace.empty()); },
               [](const caf::error&) { FAIL("no answer"); });
  caf::anon_send_exit(witness, caf::exit_reason::kill);
}
