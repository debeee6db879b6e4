// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/actor_tree.hpp"

#include <doctest/doctest.h>

#include "base/limits.hpp"

using namespace ferry;

TEST_CASE("what was below an actor is gone when it ends") {
  const Branch root;
  root.started("jobs", "permanent");
  root.at("jobs").started("j-1", "on_demand");
  root.started("jobs2", "permanent");
  root.ended("jobs", "waiting", "it broke");
  const auto actors = root.tree()->list().actors;
  REQUIRE(actors.size() == 2);
  CHECK(actors[0].path == "jobs");
  CHECK(actors[0].last_exit == "it broke");
  CHECK(actors[1].path == "jobs2");
}

TEST_CASE("an actor that ended as it should leaves no trace") {
  const Branch root;
  root.started("j-1", "on_demand");
  root.removed("j-1");
  CHECK(root.tree()->list().actors.empty());
  CHECK(root.tree()->untold_failures().empty());
}

TEST_CASE("a failure is told until the controller knows of it") {
  const Branch root;
  root.ended("a", "waiting", "first");
  root.ended("b", "waiting", "second");
  const auto failures = root.tree()->untold_failures();
  REQUIRE(failures.size() == 2);
  CHECK(failures[0].path == "a");
  root.tree()->told(failures[0].seq);
  REQUIRE(root.tree()->untold_failures().size() == 1);
  CHECK(root.tree()->untold_failures()[0].why == "second");
}

TEST_CASE("more failures than can be remembered forget the oldest") {
  const Branch root;
  for (std::size_t i = 0; i < limits::tree_failures_max + 5; ++i) root.ended("a", "waiting", "why");
  const auto failures = root.tree()->untold_failures();
  REQUIRE(failures.size() == limits::tree_failures_max);
  CHECK(failures.front().seq == 6);
}

TEST_CASE("a tree larger than a message says how much it leaves out") {
  const Branch root;
  for (std::size_t i = 0; i < limits::tree_actors_max + 3; ++i)
    root.started("a" + std::to_string(i), "on_demand");
  const auto tree = root.tree()->list();
  CHECK(tree.actors.size() == limits::tree_actors_max);
  CHECK(tree.left_out == 3);
}
