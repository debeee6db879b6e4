// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Supervisors on a scheduler and a clock that the test moves.
#include "actors/supervisor.hpp"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "tests/actors/played_system.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

struct Family : PlayedSystem {
  Diary diary;
  std::map<std::string, caf::actor> now;  // the latest actor of each child
  caf::actor supervisor;
  std::unique_ptr<caf::scoped_actor> watcher;
  std::optional<caf::error> ended;  // why the supervisor did

  ChildSpec spec(const std::string& id, Restart restart = Restart::permanent, bool deaf = false) {
    return {.id = id,
            .start =
                [this, id, deaf](caf::event_based_actor* self) {
                  return now[id] = spawn_actor<Child>(*self, id, &diary, deaf);
                },
            .restart = restart,
            .grace = 5s};
  }
  void start(std::vector<ChildSpec> specs, SupervisorOptions options = {}) {
    supervisor = spawn_actor<Supervisor>(system(), std::move(specs), options);
    watcher = std::make_unique<caf::scoped_actor>(system());
    (*watcher)->monitor(supervisor);
    run();
  }
  ~Family() {
    caf::anon_send_exit(supervisor, caf::exit_reason::kill);
    run();
    now.clear();
  }
  void end(const std::string& id, const std::string& how) {
    caf::anon_send(now[id], Break{how});
    run();
  }
  void stop() {
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
    run();
  }
  bool gone() {
    (*watcher)->receive([&](caf::down_msg& down) { ended = down.reason; }, caf::after(0s) >> [] {});
    return ended.has_value();
  }
  [[nodiscard]] long count(const std::string& line) const {
    return std::count(diary.begin(), diary.end(), line);
  }
};

/// Ends in its constructor.
struct Stillborn {
  static constexpr const char* actor_name = "stillborn";
  explicit Stillborn(caf::event_based_actor*) { throw std::runtime_error{"no disk"}; }
  caf::behavior make_behavior() {
    return {[](const Ping& m) { return m; }};
  }
};

}  // namespace

TEST_CASE("a child that fails starts again after a delay that grows") {
  Family family;
  family.start({family.spec("a")});
  CHECK(family.diary == Diary{"start a"});
  for (const auto expected : {100ms, 200ms, 400ms}) {
    family.end("a", "error");
    CHECK(family.count("start a") == family.count("end a"));
    const auto delay = family.next_timer();
    CHECK(delay >= expected * 8 / 10);
    CHECK(delay <= expected * 12 / 10 + 1ms);
    CHECK(family.count("start a") == family.count("end a") + 1);
  }
  CHECK(!family.gone());
}

TEST_CASE("delays are spread, bounded, and the same for the same seed") {
  const Backoff backoff;
  std::mt19937_64 first{1};
  std::mt19937_64 same{1};
  std::mt19937_64 other{2};
  std::size_t different = 0;
  for (std::uint32_t failures = 0; failures < 100; ++failures) {
    const auto delay = backoff.delay(failures, first);
    CHECK(delay == backoff.delay(failures, same));
    if (delay != backoff.delay(failures, other)) ++different;
    CHECK(delay >= 80ms);
    CHECK(delay <= 36s);
  }
  CHECK(different > 90);
}

TEST_CASE("a child that ran well for a while begins with the short delay again") {
  Family family;
  family.start({family.spec("a")});
  for (int i = 0; i < 3; ++i) {
    family.end("a", "error");
    family.next_timer();
  }
  family.pass(61s);
  family.end("a", "error");
  CHECK(family.next_timer() <= 121ms);
}

TEST_CASE("an exception is a failure like any other") {
  Family family;
  family.start({family.spec("a")});
  family.end("a", "throw");
  family.next_timer();
  CHECK(family.diary == Diary{"start a", "end a", "start a"});
}

TEST_CASE("more failures than the intensity allows end the supervisor with the child's name") {
  Family family;
  family.start({family.spec("a"), family.spec("b")},
               {.intensity = {.restarts_max = 2, .period = 60s}});
  for (int i = 0; i < 2; ++i) {
    family.end("b", "error");
    family.next_timer();
  }
  CHECK(!family.gone());
  family.end("b", "error");
  REQUIRE(family.gone());
  const auto error = from_caf(*family.ended);
  CHECK(error.code == Errc::internal);
  CHECK(error.what.find("'b'") != std::string::npos);
  CHECK(family.count("end a") == 1);
}

TEST_CASE("failures that are far apart never end the supervisor") {
  Family family;
  family.start({family.spec("a")}, {.intensity = {.restarts_max = 1, .period = 10s}});
  for (int i = 0; i < 10; ++i) {
    family.end("a", "error");
    family.pass(1s);
    family.pass(11s);
  }
  CHECK(!family.gone());
  CHECK(family.count("start a") == 11);
}

TEST_CASE(
    "permanent children always return, transient ones after a failure, temporary ones never") {
  struct Case {
    Restart restart;
    const char* how;
    bool returns;
  };
  for (const auto& c :
       {Case{Restart::permanent, "normal", true}, Case{Restart::permanent, "error", true},
        Case{Restart::transient, "normal", false}, Case{Restart::transient, "error", true},
        Case{Restart::temporary, "normal", false}, Case{Restart::temporary, "error", false}}) {
    CAPTURE(c.how);
    Family family;
    family.start({family.spec("a", c.restart)});
    family.end("a", c.how);
    family.pass(1s);
    CHECK(family.count("start a") == (c.returns ? 2 : 1));
    CHECK(!family.gone());
  }
}

TEST_CASE("one_for_one leaves the other children alone") {
  Family family;
  family.start({family.spec("a"), family.spec("b"), family.spec("c")});
  family.end("a", "error");
  family.pass(1s);
  CHECK(family.diary == Diary{"start a", "start b", "start c", "end a", "start a"});
}

TEST_CASE("rest_for_one ends the dependents and starts all of them again in order") {
  Family family;
  family.start({family.spec("a"), family.spec("b"), family.spec("c"), family.spec("d")},
               {.strategy = Strategy::rest_for_one});
  family.diary.clear();
  family.end("b", "error");
  CHECK(family.count("end a") == 0);
  CHECK(family.count("end c") == 1);
  CHECK(family.count("end d") == 1);
  family.diary.clear();
  family.pass(1s);
  CHECK(family.diary == Diary{"start b", "start c", "start d"});
}

TEST_CASE("one_for_all ends all in reverse order and starts all again in order") {
  Family family;
  family.start({family.spec("a"), family.spec("b"), family.spec("c")},
               {.strategy = Strategy::one_for_all});
  family.diary.clear();
  family.end("b", "error");
  CHECK(family.diary == Diary{"end b", "end c", "end a"});
  family.diary.clear();
  family.pass(1s);
  CHECK(family.diary == Diary{"start a", "start b", "start c"});
}

TEST_CASE("nothing starts again before the last dependent is gone, and that has its grace") {
  Family family;
  family.start({family.spec("a"), family.spec("b", Restart::permanent, true), family.spec("c")},
               {.strategy = Strategy::rest_for_one});
  family.diary.clear();
  family.end("a", "error");
  family.pass(4900ms);  // b ignores the request to stop
  CHECK(family.diary == Diary{"end a", "end c"});
  family.pass(200ms);
  CHECK(family.diary == Diary{"end a", "end c", "end b"});
  family.pass(1s);
  CHECK(family.diary == Diary{"end a", "end c", "end b", "start a", "start b", "start c"});
}

TEST_CASE("the tree shows what runs, what waits for its restart, and why it ended") {
  Family family;
  const Branch root;
  family.start({family.spec("a"), family.spec("b", Restart::temporary)}, {.branch = root});
  family.end("a", "error");
  family.end("b", "error");
  auto actors = root.tree()->list().actors;
  REQUIRE(actors.size() == 2);
  CHECK(actors[0].path == "a");
  CHECK(actors[0].state == "waiting");
  CHECK(actors[1].state == "ended");
  CHECK(actors[1].restart == "temporary");
  family.pass(1s);
  actors = root.tree()->list().actors;
  CHECK(actors[0].state == "running");
  CHECK(actors[0].restarts == 1);
  CHECK(!actors[0].last_exit.empty());
}

TEST_CASE("a dependent that waits for its restart does not start before what it depends on") {
  Family family;
  family.start({family.spec("a"), family.spec("b")}, {.strategy = Strategy::rest_for_one});
  for (int i = 0; i < 3; ++i) {  // from now on a waits long, b still waits short
    family.end("a", "error");
    family.pass(2s);
  }
  family.diary.clear();
  family.end("b", "error");
  family.end("a", "error");
  family.pass(10s);
  CHECK(family.diary == Diary{"end b", "end a", "start a", "start b"});
}

TEST_CASE("a dependent that ended for good stays away when what it depends on starts again") {
  Family family;
  family.start({family.spec("a"), family.spec("b", Restart::transient),
                family.spec("c", Restart::temporary), family.spec("d")},
               {.strategy = Strategy::rest_for_one});
  family.end("b", "normal");
  family.end("c", "error");
  family.diary.clear();
  family.end("a", "error");
  family.pass(1s);
  CHECK(family.count("start b") == 0);
  CHECK(family.count("start c") == 0);
  CHECK(family.count("start d") == 1);
}

TEST_CASE("children stop in reverse order, and the supervisor after them") {
  Family family;
  family.start({family.spec("a"), family.spec("b"), family.spec("c")});
  family.diary.clear();
  family.stop();
  CHECK(family.diary == Diary{"end c", "end b", "end a"});
  REQUIRE(family.gone());
  CHECK(*family.ended == caf::exit_reason::user_shutdown);
}

TEST_CASE("a child that ignores the request to stop is killed after its grace, not before") {
  Family family;
  family.start({family.spec("a"), family.spec("b", Restart::permanent, true), family.spec("c")});
  family.diary.clear();
  family.stop();
  CHECK(family.diary == Diary{"end c"});
  family.pass(4900ms);
  CHECK(family.diary == Diary{"end c"});
  CHECK(!family.gone());
  family.pass(200ms);
  CHECK(family.diary == Diary{"end c", "end b", "end a"});
  CHECK(family.gone());
}

TEST_CASE("nothing starts any more once the supervisor was told to stop") {
  Family family;
  family.start({family.spec("a"), family.spec("b", Restart::permanent, true)});
  family.end("a", "error");  // its restart is on its way
  family.stop();
  family.pass(60s);
  CHECK(family.count("start a") == 1);
  CHECK(family.gone());
}

TEST_CASE("no child outlives a supervisor, even one that is killed") {
  Family family;
  family.start({family.spec("a"), family.spec("b", Restart::permanent, true)});
  caf::anon_send_exit(family.supervisor, caf::exit_reason::kill);
  family.run();
  CHECK(family.gone());
  CHECK(family.count("end a") == 1);
  CHECK(family.count("end b") == 1);
}

TEST_CASE("a supervisor that gives up is a failed child of the one above it") {
  Family family;
  ChildSpec inner{.id = "inner", .start = [&family](caf::event_based_actor* self) {
                    return spawn_actor<Supervisor>(
                        *self, std::vector{family.spec("a")},
                        SupervisorOptions{.intensity = {.restarts_max = 1, .period = 60s}});
                  }};
  family.start({inner});
  for (int i = 0; i < 3; ++i) {
    family.end("a", "error");
    family.pass(1s);
  }
  CHECK(!family.gone());
  CHECK(family.count("start a") == 4);
  CHECK(family.count("end a") == 3);
}

TEST_CASE("a child that cannot even begin uses up the intensity") {
  Family family;
  family.start(
      {{.id = "s",
        .start = [](caf::event_based_actor* self) { return spawn_actor<Stillborn>(*self); }}},
      {.intensity = {.restarts_max = 3, .period = 60s}});
  family.pass(1s);
  family.pass(1s);
  family.pass(1s);
  CHECK(family.gone());
}
