// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Several buckets in one cluster file.
#include "config/buckets.hpp"

#include <doctest/doctest.h>

#include "tests/config/mistakes.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

const std::string oss = "[bucket]\nkind = 'oss'\nbucket = 'images'\nregion = 'cn-beijing'\n";
const std::string asia =
    "[[buckets]]\nname = 'asia'\nkind = 'oss'\nbucket = 'asian'\nregion = 'ap-southeast-1'\n";

ClusterConfig good(const std::string& more) {
  auto config = parse_config(std::string{controller_file} + more, "/tmp/x.toml");
  REQUIRE_MESSAGE(config, to_string(config.error().front()));
  return *config;
}

}  // namespace

TEST_CASE("further buckets have names, and each the endpoint of its own region") {
  const auto config = good(oss + asia);
  REQUIRE(config.buckets.size() == 1);
  CHECK(config.buckets[0].endpoint == "https://oss-ap-southeast-1.aliyuncs.com");
  CHECK(config.buckets[0].prefix == "edge");
  CHECK(config.bucket.name == "default");
  CHECK((*bucket_named(config, ""))->bucket == "images");
  CHECK((*bucket_named(config, "default"))->bucket == "images");
  CHECK((*bucket_named(config, "asia"))->bucket == "asian");
  const auto unknown = bucket_named(config, "europe");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().what == "this cluster has no bucket 'europe'; it has default, asia");
}

TEST_CASE("a bucket's name from outside is told in short, whatever it is") {
  const auto unknown = bucket_named(good(""), std::string(10'000'000, '\x1b'));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().what.size() < 500);
  CHECK(unknown.error().what.find('\x1b') == std::string::npos);
}

TEST_CASE("paths of further folders are below the state folder, as that of the first") {
  const auto config = good("[[buckets]]\nname = 'two'\npath = 'bucket2'\n");
  CHECK(config.buckets.at(0).path == "/tmp/var/bucket2");
}

TEST_CASE("the effective configuration of several buckets loads to the same") {
  const auto config = good(oss + asia + "[[buckets]]\nname = 'local'\npath = '/srv/images'\n");
  const auto again = parse_config(effective_toml(config), "/somewhere/else.toml");
  REQUIRE(again);
  CHECK(*again == config);
}

TEST_CASE("buckets that could be taken for each other are refused") {
  CHECK(mistake("[[buckets]]\npath = 'two'\n") ==
        "c.toml:7:1: FERRY-1004 name is missing in [[buckets]] of kind folder. "
        "Fix: add name = \"...\" with 1 to 40 of a-z, 0-9 and -");
  CHECK(mistake("[[buckets]]\nname = 'default'\npath = 'two'\n") ==
        "c.toml:8:8: FERRY-1005 two buckets are named 'default'. "
        "Fix: give each bucket its own name; [bucket] without one is named default");
  CHECK(mistake("[bucket]\npath = '/b'\n[[buckets]]\nname = 'two'\npath = '/b'\n") ==
        "c.toml:11:8: FERRY-1005 bucket two is the same as default: /b. "
        "Fix: name another one, or leave it out");
}

TEST_CASE("buckets that the cluster's access key or services can't use are refused") {
  CHECK(mistake(oss + "[[buckets]]\nname = 'other'\nkind = 's3'\nbucket = 'b-3'\nregion = 'r'\n") ==
        "c.toml:13:8: FERRY-1005 bucket other is of kind s3 and another one of kind oss, but a "
        "cluster has one access key. Fix: use buckets of one cloud");
  CHECK(mistake(oss + "[registry]\nkind = 'ens'\n[[buckets]]\nname = 'local'\npath = '/b'\n") ==
        "c.toml:12:8: FERRY-1005 ENS takes images out of OSS, and the bucket is of kind folder. "
        "Fix: write kind = \"oss\" in [[buckets]] local, or kind = \"folder\" here");
}

TEST_CASE("a table of buckets is told from the list") {
  CHECK(mistake("[buckets]\nname = 'two'\n") ==
        "c.toml:7:2: FERRY-1003 buckets is [buckets] but must be a list of tables. "
        "Fix: start each of them with [[buckets]]");
  std::string many;
  for (int i = 0; i <= 32; ++i) {
    many +=
        "[[buckets]]\nname = 'b" + std::to_string(i) + "'\npath = 'b" + std::to_string(i) + "'\n";
  }
  CHECK(mistake(many).find("33 buckets are too many. Fix: write at most 32") != std::string::npos);
}

TEST_CASE("a bucket of another cloud leaves no access key for imports of instances") {
  const std::string import = "[ecs_import]\nkind = 'ecs'\nregion = 'cn-beijing'\n";
  const std::string worker = "[[node]]\nname = 'w'\nrole = 'worker'\n";
  CHECK(mistake(oss + import + worker) == "none");
  CHECK(mistake("[bucket]\npath = 'b'\n" + import + worker) == "none");
  CHECK(
      mistake(import + "[bucket]\nkind = 's3'\nbucket = 'images'\nregion = 'eu-west-1'\n" +
              worker) ==
      "c.toml:8:8: FERRY-1005 instances of ECS are asked for with the cluster's access key, which "
      "is that of the bucket of kind s3. Fix: use a bucket of kind oss or folder, or leave "
      "[ecs_import] out");
}
