// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests that say which trace they belong to.
#include "base/trace.hpp"

#include <doctest/doctest.h>

#include "tests/console/console.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

const std::string given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

ApiReply create(Console& console, const std::string& name, const std::vector<std::string>& parents,
                std::size_t source) {
  auto request = api_request(
      "POST", "/jobs",
      {{"settings",
        {{"source", console.desk.sources.at(source)}, {"name", name}, {"region", "cn-beijing"}}}});
  const auto& key = console.operator_;
  request.headers.push_back({"authorization", "Bearer " + key.id + "." + key.secret});
  for (const auto& parent : parents) request.headers.push_back({"traceparent", parent});
  return console.send(std::move(request));
}

std::string trace_in(const ApiReply& reply) {
  return trace::trace_text(trace::parse(reply.header("traceresponse")));
}

}  // namespace

TEST_CASE("a job keeps the trace of the request that made it, and the answer tells it") {
  Console console{3};
  const auto first = create(console, "one", {given}, 0);
  REQUIRE(first.status == 201);
  CHECK(first.body["trace"] == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(trace_in(first) == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(first.header("traceresponse") != given);  // a span of its own
  const auto second = create(console, "two", {}, 1);
  REQUIRE(second.status == 201);
  CHECK(second.body["trace"].get<std::string>().size() == 32);
  CHECK(second.body["trace"] == trace_in(second));
  const auto hostile = create(console, "three", {"00-\"><script>"}, 2);
  REQUIRE(hostile.status == 201);
  CHECK(hostile.body["trace"] == trace_in(hostile));
  CHECK(hostile.body["trace"] != second.body["trace"]);
  console.restart();
  for (const auto& made : {first, second, hostile}) {
    const auto job = console.must("GET", "/jobs/" + made.body["id"].get<std::string>());
    CHECK(job["trace"] == made.body["trace"]);
  }
}

TEST_CASE("two traceparents are none, and a refusal has its trace as well") {
  Console console;
  const auto reply = create(console, "one", {given, given}, 0);
  REQUIRE(reply.status == 201);
  CHECK(trace_in(reply).size() == 32);
  CHECK(trace_in(reply) != "4bf92f3577b34da6a3ce929d0e0e4736");
  auto request = api_request("GET", "/jobs");
  request.headers.push_back({"traceparent", given});
  const auto refused = console.send(std::move(request));
  CHECK(refused.status == 401);
  CHECK(trace_in(refused) == "4bf92f3577b34da6a3ce929d0e0e4736");
}
