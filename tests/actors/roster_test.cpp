// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/roster.hpp"

#include <functional>

#include <doctest/doctest.h>

#include "tests/actors/played_system.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

struct ToJob {
  std::string job;
  std::string text;
  FERRY_MESSAGE("test.to_job", job, text)
};

/// Has a roster and does with it what the test says, as only an actor itself may.
struct Keeper {
  static constexpr const char* actor_name = "keeper";
  using Work = std::function<void(Roster&)>;

  Keeper(caf::event_based_actor* self, Diary* diary, RosterLimits bounds, Work* work)
      : roster_(
            self, Branch{},
            [self, diary](const std::string& key) {
              return spawn_actor<Child>(*self, key, diary, false);
            },
            bounds),
        work_(work) {}
  caf::behavior make_behavior() {
    return {[this](const Ping&) { (*work_)(roster_); }};
  }

 private:
  Roster roster_;
  Work* work_;
};

struct RosterStage : PlayedSystem {
  Diary diary;
  Keeper::Work work;
  caf::actor keeper;

  explicit RosterStage(RosterLimits bounds = {}) {
    keeper = spawn_actor<Keeper>(system(), &diary, bounds, &work);
  }
  ~RosterStage() {
    caf::anon_send_exit(keeper, caf::exit_reason::kill);
    run();
  }
  void with_roster(Keeper::Work what) {
    work = std::move(what);
    caf::anon_send(keeper, Ping{});
    run();
  }
  Result<caf::actor> find_or_start(const std::string& key) {
    Result<caf::actor> child;
    with_roster([&](Roster& roster) { child = roster.find_or_start(key); });
    return child;
  }
  caf::actor child(const std::string& key) { return find_or_start(key).value_or(caf::actor{}); }
  caf::actor find(const std::string& key) {
    caf::actor child;
    with_roster([&](Roster& roster) { child = roster.find(key); });
    return child;
  }
  void end(const std::string& key, const std::string& how) {
    caf::anon_send(find(key), Break{how});
    run();
  }
};

/// Answers ToJob, and fails on request.
struct Worker {
  static constexpr const char* actor_name = "worker";
  Worker(caf::event_based_actor* self, std::string job) : self_(self), job_(std::move(job)) {}
  caf::behavior make_behavior() {
    return {[this](const ToJob& m) -> caf::result<Ping> {
      if (m.text == "end") self_->quit();
      return Ping{job_ + " " + m.text};
    }};
  }
  caf::event_based_actor* self_;
  std::string job_;
};

}  // namespace

TEST_CASE("each key has one child, which is found again") {
  RosterStage stage;
  CHECK(!stage.find("a"));
  const auto a = stage.child("a");
  CHECK(stage.child("a") == a);
  CHECK(stage.child("b") != a);
  stage.with_roster([](Roster& roster) { CHECK(roster.children().size() == 2); });
  CHECK(stage.diary == Diary{"start a", "start b"});
}

TEST_CASE("a child that died is forgotten, and the next message starts it again") {
  RosterStage stage;
  const auto first = stage.child("a");
  stage.end("a", "error");
  CHECK(!stage.find("a"));
  CHECK(stage.child("a") != first);
}

TEST_CASE("a child that keeps dying is refused, and only that one") {
  RosterStage stage{{.deaths_max = 3}};
  for (int i = 0; i < 3; ++i) {
    REQUIRE(stage.child("a"));
    stage.end("a", "throw");
  }
  const auto refused = stage.find_or_start("a");
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::internal);
  CHECK(refused.error().what.find("actor of a") != std::string::npos);
  CHECK(stage.child("b"));
}

TEST_CASE("a child that is refused may return when its deaths are long ago") {
  RosterStage stage{{.deaths_max = 1, .deaths_period_ms = 20}};
  REQUIRE(stage.child("a"));
  stage.end("a", "error");
  CHECK(!stage.child("a"));
  const auto until = steady_ms() + 30;
  while (steady_ms() < until) {
  }
  CHECK(stage.child("a"));
}

TEST_CASE("a normal end is no death") {
  RosterStage stage{{.deaths_max = 1}};
  for (int i = 0; i < 5; ++i) {
    REQUIRE(stage.child("a"));
    stage.end("a", "normal");
    CHECK(!stage.find("a"));
  }
  CHECK(stage.diary.size() == 10);
}

TEST_CASE("a full roster says how much it has") {
  RosterStage stage{{.children_max = 2}};
  REQUIRE(stage.child("a"));
  REQUIRE(stage.child("b"));
  const auto refused = stage.find_or_start("c");
  REQUIRE(!refused);
  CHECK(refused.error().code == Errc::no_capacity);
  CHECK(refused.error().what.find(" 2 ") != std::string::npos);
  CHECK(stage.child("a"));
}

TEST_CASE("no child outlives its roster") {
  RosterStage stage;
  const auto a = stage.child("a");
  caf::anon_send_exit(stage.keeper, caf::exit_reason::kill);
  stage.run();
  CHECK(stage.diary == Diary{"start a", "end a"});
}

TEST_CASE("the roster actor hands each message to the job it names") {
  PlayedSystem played;
  int started = 0;
  auto& system = played.system();
  const auto roster = spawn_actor<JobRoster<Worker, ToJob>>(
      system, Branch{}, Roster::Start{[&](const std::string& job) {
        ++started;
        return spawn_actor<Worker>(system, job);
      }});
  caf::scoped_actor self{system};
  const auto ask = [&](const std::string& job, const std::string& text) {
    auto request = self->request(roster, caf::infinite, ToJob{job, text});
    played.run();
    std::string answer;
    request.receive([&](const Ping& m) { answer = m.text; },
                    [&](const caf::error& error) { answer = to_string(from_caf(error)); });
    return answer;
  };
  CHECK(ask("j-1", "x") == "j-1 x");
  CHECK(ask("j-2", "y") == "j-2 y");
  CHECK(ask("j-1", "end") == "j-1 end");
  CHECK(ask("j-1", "again") == "j-1 again");
  CHECK(started == 3);
  caf::anon_send_exit(roster, caf::exit_reason::kill);
  played.run();
}
