// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Two actor systems in one process with real sockets between them.
#include "transport/bridge.hpp"

#include <future>

#include <doctest/doctest.h>
#include <zmq.hpp>

#include "tests/transport/node.hpp"
#include "transport/client.hpp"

using namespace ferry;
using namespace ferry::transport_test;
using namespace std::chrono_literals;

namespace {

/// Answers its first two requests together, the first one first, once it has both.
struct Patient : caf::event_based_actor {
  using event_based_actor::event_based_actor;
  struct Asked {
    std::string job;
    caf::typed_response_promise<JobView> promise;
  };
  std::vector<Asked> asked;

  void on_exit() override { asked.clear(); }  // a promise keeps its actor alive
  caf::behavior make_behavior() override {
    return {[this](const GetJob& m) -> caf::result<JobView> {
      asked.push_back({m.job, make_response_promise<JobView>()});
      auto promise = asked.back().promise;
      if (asked.size() == 2) {
        for (auto& it : asked) {
          JobView view;
          view.id = it.job;
          it.promise.deliver(view);
        }
      }
      return promise;
    }};
  }
};

/// A controller with an actor under "jobs" and an agent linked to it.
struct EchoPair {
  Node controller;
  Node agent;
  caf::actor echo;

  EchoPair() {
    controller.start("controller", "tcp://127.0.0.1:*");
    echo = controller.system->spawn<Echo>();
    controller.bridge->publish("jobs", echo, {{Role::agent}, {Role::operator_}});
    agent.start("s-1");
  }
  ~EchoPair() { caf::anon_send_exit(echo, caf::exit_reason::kill); }

  void link() {
    controller.bridge->enrol({"s-1", Role::agent}, agent.keys.public_key);
    agent.bridge->connect({"controller", Role::controller}, controller.bridge->endpoint(),
                          controller.keys.public_key);
  }

  Result<JobView> ask(const std::string& job, const std::string& path = "jobs") {
    caf::scoped_actor self{*agent.system};
    Result<JobView> result = fail(Errc::timeout, "nothing tried");
    for (int attempt = 0; attempt < 20; ++attempt) {
      self->request(agent.bridge->remote("controller", path), 300ms, GetJob{job})
          .receive([&](const JobView& view) { result = view; },
                   [&](const caf::error& error) { result = fail(from_caf(error)); });
      if (result || result.error().code != Errc::timeout) break;
    }
    return result;
  }
};

}  // namespace

TEST_CASE("a request crosses the wire, and the receiver knows by key who asks") {
  EchoPair pair;
  pair.link();
  const auto view = pair.ask("j-7");
  REQUIRE(view);
  CHECK(view->id == "j-7");
  CHECK(view->step == "s-1");
}

TEST_CASE("an error keeps number, facts and fix across the wire") {
  EchoPair pair;
  pair.link();
  const auto view = pair.ask("bad");
  REQUIRE(!view);
  CHECK(view.error() == Error{Errc::not_found, "no job bad", "look again"});
}

TEST_CASE("a key that is not enrolled is refused, and let in once it is") {
  EchoPair pair;
  pair.agent.bridge->connect({"controller", Role::controller}, pair.controller.bridge->endpoint(),
                             pair.controller.keys.public_key);
  const auto refused = pair.ask("j-1");
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::not_enrolled);
  pair.controller.bridge->enrol({"s-1", Role::agent}, pair.agent.keys.public_key);
  CHECK(pair.ask("j-1"));
  pair.controller.bridge->revoke("s-1");
  CHECK(pair.ask("j-1").error().code == Errc::not_enrolled);
}

TEST_CASE("a request to a node that is not connected fails at once") {
  EchoPair pair;
  caf::scoped_actor self{*pair.controller.system};
  Error error;
  self->request(pair.controller.bridge->remote("s-1", "sync"), 20s, GetJob{"j-1"})
      .receive([](const JobView&) {}, [&](const caf::error& why) { error = from_caf(why); });
  CHECK(error.code == Errc::unreachable);
  CHECK(error.what == "s-1 is not connected");
}

TEST_CASE("a role reaches only what is published for it") {
  EchoPair pair;
  pair.link();
  pair.controller.bridge->publish("secret", pair.echo,
                                  {{Role::worker}, {Role::agent, {ListJobs::wire_name}}});
  CHECK(pair.ask("j-1", "secret").error().code == Errc::not_found);
  CHECK(pair.ask("j-1", "no-such-path").error().code == Errc::not_found);
}

TEST_CASE("a peer behind a wrong server key gets silence, and the client says why") {
  EchoPair pair;
  Client wrong{{pair.controller.bridge->endpoint(), make_key_pair().public_key, make_key_pair()}};
  const auto answer = wrong.ask<JobView>("jobs", GetJob{"j-1"}, 700ms);
  REQUIRE(!answer);
  CHECK(answer.error().code == Errc::unreachable);
  CHECK(answer.error().what.find("another key") != std::string::npos);
  Client nobody{{"tcp://127.0.0.1:1", make_key_pair().public_key, make_key_pair()}};
  CHECK(nobody.ask<JobView>("jobs", GetJob{"j-1"}, 300ms).error().what.find("nobody listens") !=
        std::string::npos);
}

TEST_CASE("the blocking client asks and is answered") {
  EchoPair pair;
  const auto keys = make_key_pair();
  pair.controller.bridge->enrol({"operator", Role::operator_}, keys.public_key);
  Client client{{pair.controller.bridge->endpoint(), pair.controller.keys.public_key, keys}};
  const auto view = client.ask<JobView>("jobs", GetJob{"j-9"});
  REQUIRE(view);
  CHECK(view->id == "j-9");
  CHECK(client.ask<JobView>("jobs", GetJob{"bad"}).error().fix == "look again");
}

TEST_CASE("two operators with one key who ask at a time each get their own answer") {
  EchoPair pair;
  const auto patient = pair.controller.system->spawn<Patient>();
  pair.controller.bridge->publish("patient", patient, {{Role::operator_}});
  const auto keys = make_key_pair();
  pair.controller.bridge->enrol({"operator", Role::operator_}, keys.public_key);
  const auto ask = [&](const std::string& job) {
    Client client{{pair.controller.bridge->endpoint(), pair.controller.keys.public_key, keys}};
    return client.ask<JobView>("patient", GetJob{job}, 5s);
  };
  auto first = std::async(std::launch::async, ask, "j-1");
  const auto second = ask("j-2");
  const auto answer = first.get();
  caf::anon_send_exit(patient, caf::exit_reason::kill);
  REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : to_string(answer.error())));
  REQUIRE_MESSAGE(second.has_value(), (second ? "" : to_string(second.error())));
  CHECK(answer->id == "j-1");
  CHECK(second->id == "j-2");
}

TEST_CASE("garbage and foreign versions are counted and refused, and the link goes on") {
  EchoPair pair;
  pair.link();
  REQUIRE(pair.ask("j-1"));
  zmq::context_t context{1};
  zmq::socket_t socket{context, ZMQ_DEALER};
  const auto keys = make_key_pair();
  pair.controller.bridge->enrol({"x", Role::agent}, keys.public_key);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::curve_publickey, keys.public_key);
  socket.set(zmq::sockopt::curve_secretkey, keys.secret_key);
  socket.set(zmq::sockopt::curve_serverkey, pair.controller.keys.public_key);
  socket.set(zmq::sockopt::rcvtimeo, 3000);
  socket.connect(pair.controller.bridge->endpoint());

  Envelope foreign;
  foreign.version = 2;
  foreign.type = "job.get";
  foreign.id = 1;
  foreign.to = "jobs";
  const auto frame = make_frame(foreign, to_msgpack(GetJob{"j-1"}));
  socket.send(zmq::buffer(frame));
  zmq::message_t answer;
  REQUIRE(socket.recv(answer));
  const auto opened = open_frame(answer.to_string_view());
  REQUIRE(opened);
  const auto failure = decode_body<Failure>(opened->body);
  REQUIRE(failure);
  CHECK(failure->code == static_cast<std::uint16_t>(Errc::protocol_version));

  for (const auto* bad : {"", "garbage", "\xdf\xff\xff\xff\xff"})
    socket.send(zmq::buffer(std::string{bad}));
  socket.send(zmq::str_buffer("part one"), zmq::send_flags::sndmore);
  socket.send(zmq::str_buffer("part two"));
  for (int i = 0; i < 50 && pair.controller.bridge->counters().refused < 5; ++i) {
    std::this_thread::sleep_for(20ms);
  }
  CHECK(pair.controller.bridge->counters().refused >= 5);
  CHECK(pair.ask("j-1"));
}

TEST_CASE("an answer counts only from the node that was asked, whoever guesses its id") {
  EchoPair pair;
  pair.link();
  REQUIRE(pair.ask("j-1"));
  const auto silent = pair.agent.system->spawn<Patient>();
  pair.agent.bridge->publish("jobs", silent, {{Role::controller}});
  zmq::context_t context{1};
  zmq::socket_t rogue{context, ZMQ_DEALER};
  const auto keys = make_key_pair();
  auto& bridge = *pair.controller.bridge;
  bridge.enrol({"rogue", Role::agent}, keys.public_key);
  rogue.set(zmq::sockopt::linger, 0);
  rogue.set(zmq::sockopt::curve_publickey, keys.public_key);
  rogue.set(zmq::sockopt::curve_secretkey, keys.secret_key);
  rogue.set(zmq::sockopt::curve_serverkey, pair.controller.keys.public_key);
  rogue.set(zmq::sockopt::rcvtimeo, 3000);
  rogue.connect(bridge.endpoint());
  const auto answer = [&](std::uint64_t id) {
    Envelope envelope;
    envelope.type = JobView::wire_name;
    envelope.reply_to = id;
    JobView view;
    view.id = "forged";
    rogue.send(zmq::buffer(make_frame(envelope, to_msgpack(view))));
  };
  // Any request makes the link known; it is refused, which is an answer too.
  Envelope hello;
  hello.type = GetJob::wire_name;
  hello.id = 1;
  hello.to = "nothing";
  rogue.send(zmq::buffer(make_frame(hello, to_msgpack(GetJob{"j-1"}))));
  zmq::message_t frame;
  REQUIRE(rogue.recv(frame));

  caf::scoped_actor self{*pair.controller.system};
  auto own = self->request(bridge.remote("rogue", "jobs"), 3s, GetJob{"j-1"});
  REQUIRE(rogue.recv(frame));
  const auto id = open_frame(frame.to_string_view())->envelope.id;
  auto foreign = self->request(bridge.remote("s-1", "jobs"), 1s, GetJob{"j-1"});
  answer(id + 1);
  answer(id);
  std::string got;
  own.receive([&](const JobView& view) { got = view.id; }, [](const caf::error&) {});
  CHECK(got == "forged");  // its own answer is taken, so the one before it was read as well
  Errc code = Errc::none;
  foreign.receive([](const JobView&) {},
                  [&](const caf::error& error) { code = from_caf(error).code; });
  caf::anon_send_exit(silent, caf::exit_reason::kill);
  CHECK(code == Errc::timeout);
}

TEST_CASE("an actor published again keeps its address") {
  EchoPair pair;
  pair.link();
  REQUIRE(pair.ask("j-1"));
  caf::anon_send_exit(pair.echo, caf::exit_reason::kill);
  pair.echo = pair.controller.system->spawn<Echo>();
  pair.controller.bridge->publish("jobs", pair.echo, {{Role::agent}});
  CHECK(pair.ask("j-2"));
}

TEST_CASE("an activation code carries its parts and refuses damage") {
  const ActivationCode code{"at-0123456789abcdefghij", std::string(24, 's'),
                            make_key_pair().public_key};
  const auto text = to_text(code);
  const auto parsed = parse_activation_code(text + "\n");
  REQUIRE(parsed);
  CHECK(parsed->activation == code.activation);
  CHECK(parsed->secret == code.secret);
  CHECK(parsed->server_key == code.server_key);
  for (const auto& bad : {std::string{}, std::string{"efc1-"}, text.substr(0, 60), "x" + text}) {
    CHECK(parse_activation_code(bad).error().code == Errc::code_unknown);
  }
}

TEST_CASE("a second listener on the same port is told that it is taken") {
  Node first;
  first.start("controller", "tcp://127.0.0.1:*");
  Node second;
  auto started =
      Bridge::start(*second.system, {"controller", second.keys, first.bridge->endpoint()});
  REQUIRE(!started);
  CHECK(started.error().code == Errc::address_in_use);
}

TEST_CASE("a link to another controller than the known one says so, and what to do") {
  EchoPair pair;
  const auto state = [&] { return pair.agent.bridge->link_state("controller"); };
  const auto becomes = [&](const std::string& words) {
    for (int i = 0; i < 200; ++i) {
      if (words.empty() ? state().has_value()
                        : !state() && state().error().what.find(words) != std::string::npos) {
        return true;
      }
      std::this_thread::sleep_for(50ms);
    }
    return false;
  };
  const auto endpoint = pair.controller.bridge->endpoint();
  pair.agent.bridge->connect({"controller", Role::controller}, endpoint,
                             make_key_pair().public_key);
  REQUIRE(becomes("not as the one whose key is known here"));
  CHECK(state().error().code == Errc::unreachable);
  CHECK(state().error().what.find(endpoint) != std::string::npos);
  CHECK(state().error().fix.find("activation code") != std::string::npos);
  pair.agent.bridge->connect({"controller", Role::controller}, "tcp://127.0.0.1:1",
                             pair.controller.keys.public_key);
  CHECK(becomes("nobody listens at tcp://127.0.0.1:1"));
  pair.link();
  CHECK(becomes(""));
}
