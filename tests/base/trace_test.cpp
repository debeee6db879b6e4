// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/trace.hpp"

#include <random>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "base/side_thread.hpp"

using namespace ferry;

namespace {

const std::string example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string its_trace = "4bf92f3577b34da6a3ce929d0e0e4736";

bool is_refused(const std::string& text) { return !trace::parse(text); }

}  // namespace

TEST_CASE("a traceparent is read and written as the recommendation has it") {
  const auto context = trace::parse(example);
  REQUIRE(context);
  CHECK(trace::trace_text(context) == its_trace);
  CHECK(trace::span_text(context) == "00f067aa0ba902b7");
  CHECK(context.sampled);
  CHECK(trace::traceparent(context) == example);
  CHECK(!trace::parse(example.substr(0, 53) + "00").sampled);
  // Of the flags only one has a meaning: the others are not passed on.
  CHECK(trace::traceparent(trace::parse(example.substr(0, 53) + "ff")) == example);
}

TEST_CASE("what is no traceparent is none, and no error") {
  const auto with = [](std::size_t at, const std::string& text) {
    auto changed = example;
    return changed.replace(at, text.size(), text);
  };
  for (const auto& text : {std::string{},
                           std::string{"00"},
                           example.substr(1),
                           example.substr(0, 54),
                           example + "-",
                           example + "-00",
                           example + "0",
                           " " + example,
                           example + " ",
                           with(3, "4BF9"),
                           with(3, "4bg9"),
                           with(36, "00F0"),
                           with(53, "0x"),
                           with(2, "_"),
                           with(35, "_"),
                           with(52, "_"),
                           with(3, std::string(32, '0')),
                           with(36, std::string(16, '0')),
                           with(0, "ff"),
                           with(0, "0G"),
                           with(4, std::string(1, '\0')),
                           std::string(100'000, '0')}) {
    CHECK_MESSAGE(is_refused(text), text.substr(0, 100));
  }
}

TEST_CASE("a traceparent of a later version is read as far as it is known") {
  const auto later = "01" + example.substr(2);
  CHECK(trace::traceparent(trace::parse(later)) == example);
  CHECK(trace::traceparent(trace::parse(later + "-what-will-be")) == example);
  CHECK(is_refused(later + "x"));
  CHECK(is_refused("ff" + example.substr(2) + "-x"));
}

TEST_CASE("whatever is read is written as what can be read again") {
  std::mt19937_64 random{20261128};
  std::size_t read = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto text = example;
    for (int k = 0; k < 2; ++k) text[random() % text.size()] = static_cast<char>(random() % 128);
    const auto context = trace::parse(text);
    if (!context) continue;
    ++read;
    CHECK(trace::parse(trace::traceparent(context)) == context);
  }
  CHECK(read > 100);
}

TEST_CASE("traces and spans are new ones each time, and a name's trace is always the same") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto parent = trace::begin();
    REQUIRE(parent);
    const auto child = trace::child(parent);
    CHECK(child.trace == parent.trace);
    seen.insert({trace::trace_text(parent), trace::span_text(parent), trace::span_text(child)});
  }
  CHECK(seen.size() == 300);
  CHECK(trace::trace_of("j-1") == trace::trace_of("j-1"));
  CHECK(trace::trace_of("j-1") != trace::trace_of("j-2"));
  CHECK(trace::trace_text(trace::resume(trace::trace_of("j-1"))) == trace::trace_of("j-1"));
  CHECK(!trace::resume(""));
  CHECK(!trace::resume("4BF92F3577B34DA6A3CE929D0E0E4736"));
  CHECK(!trace::child({}));
  CHECK(trace::traceparent({}).empty());
}

TEST_CASE("a scope ends with what was before it, on its own thread only") {
  const auto one = trace::begin();
  const auto two = trace::begin();
  CHECK(!trace::current());
  {
    const trace::Scope outer{one};
    {
      const trace::Scope inner{two};
      CHECK(trace::current() == two);
      std::thread{[] { CHECK(!trace::current()); }}.join();
    }
    CHECK(trace::current() == one);
  }
  CHECK(!trace::current());
}

TEST_CASE("a thread that is begun for something works for it") {
  trace::Context seen;
  const auto mine = trace::begin();
  {
    const trace::Scope scope{mine};
    const SideThread beside{[&](const std::stop_token&) { seen = trace::current(); }};
  }
  CHECK(seen == mine);
}
