// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/resource_check.hpp"

#include <doctest/doctest.h>

using namespace ferry;

namespace {

constexpr std::int64_t began = 1000;

struct World {
  Look look{{{"transition-1", "transition", {}, 0},
             {"worker-1", "worker", {}, 0},
             {"worker-1", shared_role, {}, 0}},
            {},
            began};

  KnownResource& row(const std::string& token, const std::string& kind, ResourceState state) {
    const std::string node = kind == "instance" ? "transition-1" : "worker-1";
    auto& known = look.ledger[token];
    known.row = {token, "j-1", kind, state, node, 10};
    return known;
  }
  void found(const std::string& kind, const std::string& name, const std::string& token,
             std::size_t node = 1) {
    look.nodes.at(node).resources.push_back({kind, name, token, 5, 0});
  }
  /// "finding token name", one line for each.
  [[nodiscard]] std::vector<std::string> check() const {
    std::vector<std::string> lines;
    for (const auto& view : check_resources(look)) {
      lines.push_back(view.finding + " " + view.token + " " + view.name);
    }
    return lines;
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what an unfinished job holds is in use, and its space is counted") {
  World world;
  world.row("i-1", "instance", ResourceState::created);
  world.row("e-1", "export", ResourceState::intended);
  world.found("instance", "i-1", "i-1", 0);
  world.found("bucket_object", "edge_m-1_system.qcow2", "e-1");
  world.found("upload", "u-1", "e-1");
  CHECK(world.check() == Lines{"in_use e-1 ", "in_use i-1 "});
  CHECK(check_resources(world.look)[0].bytes == 10);
}

TEST_CASE("what is there after its release has leaked") {
  World world;
  world.row("e-1", "export", ResourceState::released);
  world.found("bucket_object", "edge_m-1_system.qcow2", "e-1");
  CHECK(world.check() == Lines{"leaked e-1 edge_m-1_system.qcow2"});
}

TEST_CASE("what was released while it was looked for has not leaked") {
  World world;
  world.row("e-1", "export", ResourceState::released).row.changed_ms = began + 1;
  world.found("bucket_object", "edge_m-1_system.qcow2", "e-1");
  CHECK(world.check().empty());
}

TEST_CASE("what a job left behind has leaked, and a row with nothing behind it is only closed") {
  World world;
  world.row("i-1", "instance", ResourceState::created).job_ended = true;
  world.row("e-1", "export", ResourceState::created).job_ended = true;
  world.found("instance", "i-1", "i-1", 0);
  CHECK(world.check() == Lines{"leaked i-1 i-1", "gone e-1 ", "leaked i-1 "});
}

TEST_CASE("an instance that somebody else removed is missing, but not before its node answers") {
  World world;
  world.row("i-1", "instance", ResourceState::created);
  CHECK(world.check() == Lines{"missing i-1 "});
  world.look.nodes.erase(world.look.nodes.begin());
  CHECK(world.check() == Lines{"in_use i-1 "});
}

TEST_CASE("an instance that is being made is not missing") {
  World world;
  world.row("i-1", "instance", ResourceState::intended);
  CHECK(world.check() == Lines{"in_use i-1 "});
  world.row("i-1", "instance", ResourceState::created).row.changed_ms = began + 1;
  CHECK(world.check() == Lines{"in_use i-1 "});
}

TEST_CASE("what the ledger has never heard of is unknown and nobody's to remove") {
  World world;
  world.found("instance", "i-9", "i-9", 0);
  CHECK(world.check() == Lines{"unknown  i-9"});
}

TEST_CASE("a delivered image is the user's; one of a canceled job has leaked") {
  World world;
  auto& row = world.row("t-1", "import", ResourceState::released);
  row.job_ended = true;
  row.delivered = true;
  world.found("ens_image", "m-1", "t-1");
  CHECK(world.check().empty());
  row.delivered = false;
  CHECK(world.check() == Lines{"leaked t-1 m-1"});
}

TEST_CASE("an object that all workers see is one object, a file of two workers are two") {
  World world;
  world.row("e-1", "export", ResourceState::released);
  world.look.nodes.push_back({"worker-2", "worker", {}, 0});
  for (const std::size_t worker : {1U, 3U}) {
    world.found("bucket_object", "edge_m-1_system.qcow2", "e-1", worker);
    world.found("image_file", "m-1_system.qcow2", "e-1", worker);
  }
  CHECK(world.check().size() == 3);
}

TEST_CASE("what is left of something given up has leaked") {
  World world;
  world.row("i-1", "instance", ResourceState::abandoned);
  CHECK(world.check().empty());
  world.found("instance", "i-1", "i-1", 0);
  CHECK(world.check() == Lines{"leaked i-1 i-1"});
}

TEST_CASE("rows that have ended are told at the end, if they are asked for") {
  World world;
  world.row("i-1", "instance", ResourceState::created);
  world.look.closed = {{"i-0", "j-0", "instance", ResourceState::abandoned, "t-1", 5}};
  CHECK(world.check() == Lines{"missing i-1 ", "closed i-0 "});
}

TEST_CASE("parts stand behind their resource, each with the space that was found of it") {
  World world;
  auto& row = world.row("e-1", "export", ResourceState::created);
  row.parts = {
      {"e-1/upload0", "j-1", "upload", ResourceState::created, "", 10, "e-1", "edge_m-1"},
      {"e-1/object0", "j-1", "bucket_object", ResourceState::created, "", 10, "e-1", "edge_m-1"}};
  world.found("bucket_object", "edge_m-1", "e-1");
  world.look.nodes.at(1).resources.push_back({"upload", "u-1", "e-1", 3, 0, "edge_m-1"});
  const auto views = check_resources(world.look);
  REQUIRE(views.size() == 3);
  CHECK(views[0].bytes == 8);
  CHECK(views[1].token == "e-1/upload0");
  CHECK(views[1].parent == "e-1");
  CHECK(views[1].bytes == 3);
  CHECK(views[2].bytes == 5);
  for (const auto& view : views) CHECK(view.finding == finding::in_use);
}

TEST_CASE("a row whose node was named with its intent is judged by that node's answer") {
  World world;
  auto& row = world.row("i-1", "instance", ResourceState::created);
  row.row.provider_id.clear();
  row.row.node = "transition-2";
  CHECK(world.check() == Lines{"in_use i-1 "});  // its own node has not answered
  row.row.node = "transition-1";
  CHECK(world.check() == Lines{"missing i-1 "});
}

TEST_CASE("what a job in error keeps for its retry is told apart from what is in use") {
  World world;
  world.row("i-1", "instance", ResourceState::created).job_failed = true;
  world.found("instance", "i-1", "i-1", 0);
  CHECK(world.check() == Lines{"kept i-1 "});
  CHECK(is_used(check_resources(world.look).at(0).finding));
}

TEST_CASE("a row of an export is only closed once its worker and the bucket were looked at") {
  World world;
  world.row("e-1", "export", ResourceState::created).job_ended = true;
  REQUIRE(world.check() == Lines{"gone e-1 "});
  SUBCASE("no worker could look at the bucket") {
    world.look.nodes.erase(world.look.nodes.end() - 1);
  }
  SUBCASE("its own worker is away") { world.look.nodes[1].node = "worker-2"; }
  SUBCASE("the bucket holds more than fits in one answer") { world.look.nodes[2].left_out = 1; }
  CHECK(world.check() == Lines{"leaked e-1 "});
}
