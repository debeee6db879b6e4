// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Parts of the console by themselves: what streams remember, and how often clients may ask.
#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "console/live_state.hpp"
#include "console/rate_limits.hpp"
#include "messages/link.hpp"

using namespace ferry;

namespace {

SeenThing thing(const std::string& id, const std::string& version = "1") {
  NodeView node;
  node.node = id;
  node.version = version;
  return {id, to_msgpack(node)};
}

std::vector<std::string> ids(const std::vector<ThingChange>& changes) {
  std::vector<std::string> all;
  for (const auto& change : changes) all.push_back((change.json == nullptr ? "-" : "") + change.id);
  return all;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("changes that nobody has read yet melt into one") {
  LiveState state;
  state.look("node", {thing("a"), thing("b")});
  const auto seen = state.seq();
  CHECK(ids(state.after(0, 0, 10)) == Ids{"a", "b"});
  state.look("node", {thing("a"), thing("b")});
  CHECK(state.seq() == seen);  // nothing has changed
  for (int i = 2; i < 100; ++i) state.look("node", {thing("a", std::to_string(i)), thing("b")});
  const auto changes = state.after(seen, 0, 10);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].json->find(R"("version":"99")") != std::string::npos);
  CHECK(ids(state.after(0, 0, 1)) == Ids{"b"});  // the one that has waited longest comes first
}

TEST_CASE("what is gone is told to those who knew it, and to nobody else") {
  LiveState state;
  state.look("node", {thing("a"), thing("b")});
  const auto seen = state.seq();
  state.look("job", {thing("a")});
  state.look("node", {thing("b")});
  CHECK(ids(state.after(seen, 0, 10)) == Ids{"a", "-a"});
  CHECK(ids(state.after(0, state.seq(), 10)) == Ids{"b", "a"});
  state.look("node", {thing("a"), thing("b")});  // and it is there again
  CHECK(ids(state.after(seen, 0, 10)) == Ids{"a", "a"});
}

TEST_CASE("of too many that are gone the oldest are forgotten, and who is behind begins anew") {
  LiveState state;
  std::vector<SeenThing> many;
  for (std::size_t i = 0; i < limits::watched_gone_max + 10; ++i) {
    many.push_back(thing(std::to_string(i)));
  }
  state.look("node", many);
  const auto seen = state.seq();
  CHECK(state.knows_since(seen));
  state.look("node", {});
  CHECK(!state.knows_since(seen));
  CHECK(state.knows_since(seen + 10));
  CHECK(state.after(0, 0, 10'000).size() == limits::watched_gone_max);
}

TEST_CASE("a client may ask in a burst, and then at its rate, whatever others do") {
  RateLimit limit{2, 3};
  for (int i = 0; i < 3; ++i) CHECK(limit.take("a", 1000) == 0);
  CHECK(limit.take("a", 1000) == 500);
  CHECK(limit.wait("a", 1400) == 100);
  CHECK(limit.take("b", 1000) == 0);
  CHECK(limit.take("a", 1500) == 0);
  CHECK(limit.take("a", 1500) > 0);
  CHECK(limit.take("a", 100'000) == 0);
  // However many there are, only so many are remembered.
  for (std::size_t i = 0; i < 2 * limits::clients_remembered_max; ++i) {
    CHECK(limit.take(std::to_string(i), 200'000) == 0);
  }
}
