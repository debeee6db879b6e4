// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "transport/route_table.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"

using namespace ferry;

namespace {

std::string numbered(const std::string& name, std::size_t i) { return name + std::to_string(i); }

}  // namespace

TEST_CASE("a peer is answered over the connection on which it was heard last") {
  RouteTable routes;
  CHECK(routes.find("s-1") == nullptr);
  CHECK(routes.learn({"s-1", Role::agent}, "a"));
  CHECK(!routes.learn({"s-1", Role::agent}, "a"));
  CHECK(*routes.find("s-1") == "a");
  CHECK(routes.learn({"s-1", Role::agent}, "b"));
  CHECK(*routes.find("s-1") == "b");
}

TEST_CASE("a crowd of strangers or operators pushes out its own oldest, and never a node") {
  RouteTable routes;
  routes.learn({"s-1", Role::agent}, "a");
  for (std::size_t i = 0; i <= limits::unenrolled_peers_max; ++i) {
    routes.learn({numbered("?", i), Role::unenrolled}, "x");
    routes.learn({"?0", Role::unenrolled}, "x");  // is heard all the time
  }
  for (std::size_t i = 0; i <= limits::operator_links_max; ++i) {
    routes.learn({numbered("operator#", i), Role::operator_}, "y");
  }
  CHECK(routes.find("s-1") != nullptr);
  CHECK(routes.find("?0") != nullptr);
  CHECK(routes.find("?1") == nullptr);
  CHECK(routes.find("?2") != nullptr);
  CHECK(routes.find("operator#0") == nullptr);
  CHECK(routes.find("operator#1") != nullptr);
}

TEST_CASE("connections of one operator's key are told apart, those of a node are not") {
  CHECK(peer_of_connection({"operator", Role::operator_}, "a").node !=
        peer_of_connection({"operator", Role::operator_}, "b").node);
  CHECK(peer_of_connection({"s-1", Role::agent}, "a").node == "s-1");
}
