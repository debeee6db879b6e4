// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What the class-shaped actor promises, and what others see of it.
#include "actors/spawn.hpp"

#include <doctest/doctest.h>

#include "tests/actors/played_system.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

struct SpawnStage : PlayedSystem {
  Diary diary;
  std::unique_ptr<caf::scoped_actor> self = std::make_unique<caf::scoped_actor>(system());

  /// Sends the message, handles everything, and returns the answer or the error.
  template <class M>
  Result<Ping> ask(const caf::actor& actor, const M& m) {
    auto request = (*self)->request(actor, caf::infinite, m);
    run();
    Result<Ping> result = fail(Errc::timeout, "no answer");
    request.receive([&](const Ping& pong) { result = pong; },
                    [&](const caf::error& error) { result = fail(from_caf(error)); });
    return result;
  }
  std::optional<caf::error> end_of(const caf::actor& actor) {
    (*self)->monitor(actor);
    run();
    std::optional<caf::error> reason;
    (*self)->receive([&](caf::down_msg& down) { reason = down.reason; }, caf::after(0s) >> [] {});
    return reason;
  }
};

struct NotAnException {};

struct Thrower {
  static constexpr const char* actor_name = "thrower";
  Thrower(caf::event_based_actor*, const std::string& what) {
    if (what == "odd") throw NotAnException{};
    if (!what.empty()) throw std::runtime_error{what};
  }
  caf::behavior make_behavior() {
    return {[](const Ping& m) -> caf::result<Ping> {
      if (m.text == "fail") return to_caf({Errc::disk_full, "no room", "make room"});
      return m;
    }};
  }
};

}  // namespace

TEST_CASE("an actor is its class from the first message until it ends, whoever holds it") {
  SpawnStage stage;
  const auto child = spawn_actor<Child>(stage.system(), std::string{"a"}, &stage.diary, false);
  CHECK(stage.ask(child, Ping{"hello"})->text == "hello");
  caf::anon_send(child, Break{"normal"});
  stage.run();
  CHECK(stage.diary == Diary{"start a", "end a"});
  CHECK(stage.end_of(child) == caf::error{});
}

TEST_CASE("an exception in a handler ends the actor with our error, and the asker hears of it") {
  SpawnStage stage;
  const auto child = spawn_actor<Child>(stage.system(), std::string{"a"}, &stage.diary, false);
  auto answer = stage.ask(child, Break{"throw"});
  REQUIRE(!answer);
  CHECK(stage.diary == Diary{"start a", "end a"});
  const auto reason = stage.end_of(child);
  REQUIRE(reason);
  CHECK(from_caf(*reason) == Error{Errc::internal, "out of paper", {}});
}

TEST_CASE("an exception in a constructor ends the actor with our error") {
  SpawnStage stage;
  const auto reason = stage.end_of(spawn_actor<Thrower>(stage.system(), std::string{"no disk"}));
  REQUIRE(reason);
  CHECK(from_caf(*reason) == Error{Errc::internal, "no disk", {}});
  const auto odd = stage.end_of(spawn_actor<Thrower>(stage.system(), std::string{"odd"}));
  REQUIRE(odd);
  CHECK(from_caf(*odd).what == "not a std::exception");
}

TEST_CASE("an error that a handler returns reaches the asker whole and ends nobody") {
  SpawnStage stage;
  const auto actor = spawn_actor<Thrower>(stage.system(), std::string{});
  CHECK(stage.ask(actor, Ping{"fail"}).error() == Error{Errc::disk_full, "no room", "make room"});
  CHECK(stage.ask(actor, Ping{"still here"}));
}

TEST_CASE("an error that arrives as a message does not end the actor") {
  SpawnStage stage;
  const auto actor = spawn_actor<Thrower>(stage.system(), std::string{});
  caf::anon_send(actor, to_caf({Errc::disk_full, "somebody else's", {}}));
  stage.run();
  CHECK(stage.ask(actor, Ping{"still here"}));
}

TEST_CASE("a message nobody has a handler for is answered with an error and ends nobody") {
  SpawnStage stage;
  const auto actor = spawn_actor<Thrower>(stage.system(), std::string{});
  CHECK(!stage.ask(actor, Break{"normal"}));
  CHECK(stage.ask(actor, Ping{"still here"}));
}

TEST_CASE("a request to an actor that has ended is unreachable, not silence") {
  SpawnStage stage;
  const auto child = spawn_actor<Child>(stage.system(), std::string{"a"}, &stage.diary, false);
  caf::anon_send_exit(child, caf::exit_reason::kill);
  stage.run();
  CHECK(stage.ask(child, Ping{"anybody?"}).error().code == Errc::unreachable);
}

TEST_CASE("our errors keep their parts inside caf's, and caf's own become ours") {
  const Error error{Errc::fenced, "epoch 3 is over", "nothing to do"};
  CHECK(from_caf(to_caf(error)) == error);
  CHECK(from_caf(caf::make_error(caf::sec::request_timeout)).code == Errc::timeout);
  CHECK(from_caf(caf::make_error(caf::sec::request_receiver_down)).code == Errc::unreachable);
  CHECK(from_caf(caf::make_error(caf::exit_reason::kill)).code == Errc::internal);
}
