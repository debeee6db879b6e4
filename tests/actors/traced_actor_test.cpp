// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What actors work for goes along with their messages.
#include "actors/traced_actor.hpp"

#include <doctest/doctest.h>

#include "tests/actors/played_system.hpp"

using namespace ferry;
using namespace ferry::test;
using namespace std::chrono_literals;

namespace {

using Seen = std::vector<std::string>;

/// Writes down what it works for, with each message, answer and timer.
struct Clerk {
  static constexpr const char* actor_name = "clerk";
  Clerk(caf::event_based_actor* s, std::string n, Seen* into, caf::actor next)
      : self(s), name(std::move(n)), seen(into), colleague(std::move(next)) {
    note("made");
  }
  caf::behavior make_behavior() {
    return {[this](const Ping& m) -> caf::result<Ping> {
      note(m.text);
      if (!colleague) return m;
      if (m.text == "on") {
        self->delegate(colleague, m);
        return caf::delegated<Ping>{};
      }
      auto promise = self->make_response_promise<Ping>();
      self->request(colleague, 1s, m)
          .then(
              [this, promise](const Ping& answer) mutable {
                note("answer");
                promise.deliver(answer);
              },
              [this, promise](caf::error& error) mutable {
                note("error");
                promise.deliver(std::move(error));
              });
      return promise;
    }};
  }
  void note(const std::string& what) const {
    seen->push_back(name + " " + what + " " + trace::trace_text(trace::current()).substr(0, 4));
  }

  caf::event_based_actor* self;
  std::string name;
  Seen* seen;
  caf::actor colleague;
};

struct JobClerk : Clerk {
  static constexpr bool works_for_one_job = true;
  using Clerk::Clerk;
};

trace::Context trace_of(char digit) { return trace::resume(std::string(32, digit)); }

struct Bureau : PlayedSystem {
  Seen seen;
  std::unique_ptr<caf::scoped_actor> self = std::make_unique<caf::scoped_actor>(system());

  template <class Kind = Clerk>
  caf::actor hire(const std::string& name, const caf::actor& colleague = {}) {
    auto clerk = spawn_actor<Kind>(system(), name, &seen, colleague);
    run();
    return clerk;
  }
  Result<Ping> ask(const caf::actor& clerk, const std::string& text) {
    auto request = (*self)->request(clerk, caf::infinite, Ping{text});
    run();
    Result<Ping> result = fail(Errc::timeout, "no answer");
    request.receive([&](const Ping& pong) { result = pong; },
                    [&](const caf::error& error) { result = fail(from_caf(error)); });
    return result;
  }
};

}  // namespace

TEST_CASE("a message is handled as part of what its sender works for, and so is the answer") {
  Bureau bureau;
  const auto back = bureau.hire("back");
  const auto front = bureau.hire("front", back);
  bureau.seen.clear();
  {
    const trace::Scope scope{trace_of('a')};
    CHECK(bureau.ask(front, "hello")->text == "hello");
    CHECK(bureau.ask(front, "on")->text == "on");
  }
  CHECK(bureau.ask(front, "later")->text == "later");
  CHECK(bureau.seen == Seen{"front hello aaaa", "back hello aaaa", "front answer aaaa",
                            "front on aaaa", "back on aaaa", "front later ", "back later ",
                            "front answer "});
}

TEST_CASE("an actor of one job keeps the trace that it was made for, whoever asks") {
  Bureau bureau;
  const auto back = bureau.hire("back");
  caf::actor job;
  {
    const trace::Scope scope{trace_of('a')};
    job = bureau.hire<JobClerk>("job", back);
  }
  (void)bureau.ask(job, "plain");
  {
    const trace::Scope scope{trace_of('b')};
    (void)bureau.ask(job, "stranger");
  }
  CHECK(bureau.seen == Seen{"back made ", "job made aaaa", "job plain aaaa", "back plain aaaa",
                            "job answer aaaa", "job stranger aaaa", "back stranger aaaa",
                            "job answer aaaa"});
}

TEST_CASE("an actor of one job that was made for nothing takes the first trace it hears of") {
  Bureau bureau;
  const auto job = bureau.hire<JobClerk>("job");
  (void)bureau.ask(job, "one");
  {
    const trace::Scope scope{trace_of('a')};
    (void)bureau.ask(job, "two");
  }
  {
    const trace::Scope scope{trace_of('b')};
    (void)bureau.ask(job, "three");
  }
  CHECK(bureau.seen == Seen{"job made ", "job one ", "job two aaaa", "job three aaaa"});
}

TEST_CASE("what is made while another works for something keeps nothing of it") {
  Bureau bureau;
  caf::actor clerk;
  {
    const trace::Scope scope{trace_of('a')};
    clerk = bureau.hire("clerk");
  }
  (void)bureau.ask(clerk, "plain");
  CHECK(bureau.seen == Seen{"clerk made ", "clerk plain "});
}

TEST_CASE("an actor that dies over a message is told of as any other") {
  Bureau bureau;
  Diary diary;
  const auto child = spawn_actor<Child>(bureau.system(), "x", &diary, false);
  (*bureau.self)->monitor(child);
  {
    const trace::Scope scope{trace_of('a')};
    caf::anon_send(child, Break{"error"});
    bureau.run();
  }
  std::optional<caf::error> reason;
  (*bureau.self)
      ->receive([&](caf::down_msg& down) { reason = down.reason; }, caf::after(0s) >> [] {});
  REQUIRE(reason);
  CHECK(from_caf(*reason).code == Errc::disk_full);
}
