// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs that name a bucket of the cluster file.
#include <doctest/doctest.h>

#include "actors/controller/resource_check.hpp"
#include "tests/controller/job_wish.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// For a cluster with a bucket besides its first.
struct BucketWish : JobWish {
  BucketWish() {
    BucketConfig asia;
    asia.name = "asia";
    asia.kind = "oss";
    asia.bucket = "asian";
    asia.region = "ap-southeast-1";
    asia.prefix = "asia";
    config.buckets = {asia};
  }
};

bool tells(const JobCreated& created, const std::string& name) {
  return std::ranges::find(created.notices, name, &Finding::name) != created.notices.end();
}

}  // namespace

TEST_CASE("a job that names no bucket has that of the cluster") {
  const auto created = BucketWish{}.plan();
  REQUIRE(created);
  CHECK(created->settings.bucket.empty());
  CHECK(created->settings.image_prefix == "edge");
  CHECK_FALSE(tells(*created, "oss_is_billed"));
}

TEST_CASE("a job's bucket tells how its images are named and what it costs") {
  BucketWish wish;
  wish.settings.bucket = "asia";
  const auto created = wish.plan();
  REQUIRE(created);
  CHECK(created->settings.bucket == "asia");
  CHECK(created->settings.image_prefix == "asia");
  CHECK(tells(*created, "oss_is_billed"));
}

TEST_CASE("a bucket that the cluster doesn't have is refused with those that it has") {
  BucketWish wish;
  wish.settings.bucket = "../europe";
  const auto refused = wish.plan();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::invalid_argument);
  CHECK(refused.error().what == "this cluster has no bucket '../europe'; it has default, asia");
}

TEST_CASE("what leaks keeps its bucket, so that it is removed from there") {
  Look look{{{"worker-1", shared_role, {}, 0}}, {}, 1000};
  look.nodes[0].resources.push_back(
      {"bucket_object", "asia_m-1_system.qcow2", "e-1", 5, 0, {}, "asia"});
  look.nodes[0].resources.push_back({"bucket_object", "asia_m-1_system.qcow2", "e-1", 5, 0});
  const auto found = check_resources(look);
  REQUIRE(found.size() == 2);
  CHECK(found[0].bucket == "asia");
  CHECK(found[1].bucket.empty());
}
