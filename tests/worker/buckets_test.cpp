// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs whose images lie in another bucket than the cluster's first.
#include "actors/worker/worker_inventory.hpp"
#include "tests/worker/works.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

struct TwoBuckets : Works {
  ExportImage request() {
    auto request = export_request(1);
    request.bucket = "asia";
    return request;
  }
  WorkerOptions of_both() {
    auto both = options();
    both.buckets = {"", "asia"};
    return both;
  }
};

}  // namespace

TEST_CASE("an image lies in the bucket of its job, and is imported from there") {
  TwoBuckets works;
  const auto done = works.run_export(works.request());
  REQUIRE(done);
  REQUIRE_MESSAGE(done->state == "done", done->error);
  CHECK(works.bucket("asia").head("edge_m-1_system.qcow2"));
  CHECK(works.bucket().list("")->empty());
  ImportImage request{
      "j-1", 1, "t-1", "web", "cn-beijing", {"s-1", "web-1", "Debian", "bios"}, 0, done->objects};
  const auto elsewhere = works.run_import(request);
  CHECK(elsewhere->state == "failed");
  request.epoch = 2;
  request.bucket = "asia";
  const auto imported = works.run_import(request);
  REQUIRE(imported);
  CHECK_MESSAGE(imported->state == "done", imported->error);
}

TEST_CASE("a discard removes what lies in the bucket of the job") {
  TwoBuckets works;
  REQUIRE(works.run_export(works.request()));
  DiscardExport discard{"j-1", 1, "m-1", "edge", 2};
  discard.bucket = "asia";
  REQUIRE(ask<Done>(*works.live, works.exporter, discard));
  CHECK(works.bucket("asia").list("")->empty());
}

TEST_CASE("leaks are looked for in all buckets, and removed from where they are") {
  TwoBuckets works;
  REQUIRE(works.run_export(works.request()));
  const auto found = list_found(works.of_both(), GetInventory{.own = false, .shared = true});
  REQUIRE(found);
  REQUIRE(found->size() >= 2);  // the disks, and what is known of them
  for (const auto& one : *found) {
    CHECK(one.bucket == "asia");
    REQUIRE(remove_found(works.of_both(), {one.kind, one.name, one.bucket}));
  }
  CHECK(works.bucket("asia").list("")->empty());
}

TEST_CASE("an image that all buckets' registries know is told once") {
  TwoBuckets works;
  REQUIRE(works.run_import(works.import_request(1)));
  REQUIRE(works.discard_export(1));
  const auto found = list_found(works.of_both(), GetInventory{.own = false, .shared = true});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().kind == "ens_image");
  CHECK(found->front().bucket.empty());
}
