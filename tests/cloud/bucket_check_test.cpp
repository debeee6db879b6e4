// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/bucket_check.hpp"

#include "cloud/folder_bucket.hpp"
#include "cloud/store/store_bucket.hpp"
#include "tests/cloud/cloud_fixture.hpp"
#include "tests/cloud/store_service.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a bucket that can be used passes every trial, and nothing of them stays") {
  const Scratch scratch;
  auto folder = FolderBucket::open(scratch / "bucket");
  REQUIRE(folder);
  CHECK(check_bucket(*folder).failed.empty());
  for (const auto kind : {StoreKind::oss, StoreKind::s3}) {
    StoreService service{kind};
    service.objects["edgeferry-check/of-a-killed-one"] = {"", "", {}};
    service.uploads["upload0"] = {"edgeferry-check/of-a-killed-one", {}, {}};
    service.objects["edge_m-1_system.qcow2"] = {"", "", {}};
    StoreBucket bucket{service.settings()};
    const auto check = check_bucket(bucket);
    CHECK_MESSAGE(check.failed.empty(), check.failed << ": " << to_string(check.error));
    CHECK(check.fine.size() == 7);
    CHECK(service.objects.size() == 1);
    CHECK(service.uploads.empty());
  }
}

TEST_CASE("a right that is missing is found by the trial that needs it, and nothing stays") {
  struct Case {
    const char* method;
    const char* failed;
  };
  for (const auto& [method, failed] :
       {Case{"PUT", "upload an object of one part"}, Case{"POST", "upload an object of one part"},
        Case{"GET", "list its objects and uploads"},
        Case{"HEAD", "upload an object of one part"}}) {
    CAPTURE(method);
    StoreService service{StoreKind::s3};
    service.refused_method = method;
    StoreBucket bucket{service.settings()};
    const auto check = check_bucket(bucket);
    CHECK(check.failed == failed);
    CHECK(check.error.code == Errc::access_refused);
    CHECK(service.objects.empty());
    CHECK(service.uploads.empty());
  }
  StoreService service{StoreKind::oss};
  service.refused_method = "DELETE";
  StoreBucket bucket{service.settings()};
  const auto check = check_bucket(bucket);
  CHECK(check.failed == "give an upload up");
  CHECK(check.error.fix.find("remove objects") != std::string::npos);
}
