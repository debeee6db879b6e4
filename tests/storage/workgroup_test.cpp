// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Workgroups: what the database lets be true of them.
#include <algorithm>

#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "storage/enrolment.hpp"
#include "storage/workgroup_table.hpp"
#include "tests/storage/scratch.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

StoredWorkgroup group(const std::string& id, const std::string& name, std::int64_t made_ms = 0) {
  return {id, name, "", "", made_ms};
}

/// Registers as many source servers; returns their ids.
std::vector<std::string> add_sources(Database& database, std::size_t count) {
  Enrolment enrolment{database};
  enrolment.create_activation({"at-1", "", sha256("secret"), 1000, 0, 0, INT64_MAX, false});
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(enrolment.register_source("at-1", "secret", "key" + std::to_string(i), "")->id);
  }
  std::ranges::sort(ids);
  return ids;
}

}  // namespace

TEST_CASE("names of workgroups are unique, and they are listed from the oldest on") {
  Folder folder;
  Database database{folder.database()};
  WorkgroupTable table{database};
  REQUIRE(table.create(group("w-2", "shop", 2), {}));
  REQUIRE(table.create(group("w-1", "web", 5), {}));
  CHECK(table.create(group("w-3", "web"), {}).error().code == Errc::name_taken);
  const auto all = table.all();
  REQUIRE(all.size() == 2);
  CHECK((all[0].id == "w-2" && all[1].id == "w-1"));
  CHECK(table.update({"w-1", "shop", "", "", 5}).error().code == Errc::name_taken);
  CHECK(table.update({"w-1", "web", "text", "tags", 5})->description == "text");
  CHECK(table.find("w-1")->tags == "tags");
  CHECK(table.find("w-9").error().code == Errc::not_found);
  CHECK(table.update(group("w-9", "nine")).error().code == Errc::not_found);
}

TEST_CASE("a client token makes one workgroup, also when that is gone") {
  Folder folder;
  Database database{folder.database()};
  WorkgroupTable table{database};
  REQUIRE(table.create(group("w-1", "web"), {"t", "a"}));
  CHECK(table.create(group("w-2", "web"), {"t", "a"})->id == "w-1");
  CHECK(table.create(group("w-2", "web"), {"t", "b"}).error().code == Errc::token_reused);
  CHECK(table.all().size() == 1);
  REQUIRE(table.erase("w-1"));
  CHECK(table.create(group("w-2", "web"), {"t", "a"}).error().code == Errc::not_found);
  CHECK(table.all().empty());
}

TEST_CASE("a source server is in one workgroup at most, and all are added or none") {
  Folder folder;
  Database database{folder.database()};
  const auto ids = add_sources(database, 3);
  WorkgroupTable table{database};
  REQUIRE(table.create(group("w-1", "web"), {}));
  REQUIRE(table.create(group("w-2", "shop"), {}));
  CHECK(table.add("w-1", {ids[1], ids[0], ids[1]})->sources ==
        std::vector<std::string>{ids[0], ids[1]});
  CHECK(table.add("w-1", {ids[0]})->sources.size() == 2);  // asked again
  CHECK(table.add("w-2", {ids[2], ids[0]}).error().code == Errc::in_another_workgroup);
  CHECK(table.add("w-2", {ids[2], "s-nobody"}).error().code == Errc::not_found);
  CHECK(table.add("w-9", {ids[2]}).error().code == Errc::not_found);
  CHECK(table.find("w-2")->sources.empty());
  CHECK(table.remove("w-2", {ids[0]})->sources.empty());  // it is not in this one
  CHECK(table.find("w-1")->sources.size() == 2);
  CHECK(table.remove("w-1", {ids[0], ids[0]})->sources == std::vector<std::string>{ids[1]});
  CHECK(table.add("w-2", {ids[0]})->sources.size() == 1);
}

TEST_CASE("a workgroup goes when it is empty, and a source server leaves it when it goes") {
  Folder folder;
  Database database{folder.database()};
  const auto ids = add_sources(database, 2);
  WorkgroupTable table{database};
  REQUIRE(table.create(group("w-1", "web"), {}));
  REQUIRE(table.add("w-1", ids));
  CHECK(table.erase("w-1").error().code == Errc::workgroup_not_empty);
  Enrolment{database}.delete_source(ids[0]);
  CHECK(table.find("w-1")->sources == std::vector<std::string>{ids[1]});
  Enrolment{database}.delete_source(ids[1]);
  CHECK(table.erase("w-1"));
  CHECK(table.erase("w-1").error().code == Errc::not_found);
}

TEST_CASE("a workgroup has fifty source servers at most, and there are so many of them") {
  Folder folder;
  Database database{folder.database()};
  const auto ids = add_sources(database, limits::workgroup_sources_max + 1);
  WorkgroupTable table{database};
  REQUIRE(table.create(group("w-0", "first"), {}));
  CHECK(table.add("w-0", ids).error().code == Errc::limit_exceeded);
  CHECK(table.find("w-0")->sources.empty());
  CHECK(table.add("w-0", {ids.begin(), ids.end() - 1}));
  CHECK(table.add("w-0", {ids.back()}).error().code == Errc::limit_exceeded);
  for (std::size_t i = 1; i < limits::workgroups_max; ++i) {
    REQUIRE(table.create(group("w-" + std::to_string(i), "n" + std::to_string(i)), {}));
  }
  CHECK(table.create(group("w-more", "more"), {}).error().code == Errc::limit_exceeded);
}
