// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/store/store_refusal.hpp"

#include <stop_token>
#include <thread>

#include "cloud/store/store_bucket.hpp"
#include "tests/cloud/cloud_fixture.hpp"
#include "tests/cloud/store_service.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a refusal that passes is tried again, one for later waits longer, others are told") {
  struct Case {
    int status;
    const char* code;
    Errc errc;
    Retry retry;
  };
  for (const auto& one :
       {Case{500, "InternalError", Errc::unreachable, Retry::transient},
        Case{502, "", Errc::unreachable, Retry::transient},
        Case{400, "RequestTimeout", Errc::unreachable, Retry::transient},
        Case{200, "InternalError", Errc::unreachable, Retry::transient},
        Case{400, "BadDigest", Errc::transfer_corrupt, Retry::transient},
        Case{503, "SlowDown", Errc::no_capacity, Retry::throttled},
        Case{503, "", Errc::no_capacity, Retry::throttled},
        Case{429, "", Errc::no_capacity, Retry::throttled},
        Case{400, "Throttling.User", Errc::no_capacity, Retry::throttled},
        Case{403, "RequestTimeTooSkewed", Errc::access_refused, Retry::user_fixable},
        Case{403, "", Errc::access_refused, Retry::user_fixable},
        Case{404, "NoSuchBucket", Errc::bucket_unavailable, Retry::user_fixable},
        Case{404, "", Errc::object_missing, Retry::user_fixable},
        Case{400, "InvalidPart", Errc::object_corrupt, Retry::user_fixable},
        Case{400, "Nonsense", Errc::bucket_unavailable, Retry::user_fixable}}) {
    INFO(one.status << " " << one.code);
    const auto error = store_refusal(one.status, {one.code, ""}, "facts");
    CHECK(error.code == one.errc);
    CHECK(retry_class(error.code) == one.retry);
    CHECK(error.what == "facts");
  }
}

TEST_CASE("what to do is said for the mistakes that people make with stores") {
  const auto fix = [](const char* code) { return store_refusal(403, {code, ""}, "").fix; };
  CHECK(fix("RequestTimeTooSkewed").find("clock") != std::string::npos);
  CHECK(fix("InvalidAccessKeyId").find("id of the access key") != std::string::npos);
  CHECK(fix("SignatureDoesNotMatch").find("secret") != std::string::npos);
  CHECK(fix("SecurityTokenExpired").find("renew") != std::string::npos);
  CHECK(fix("AuthorizationHeaderMalformed").find("region") != std::string::npos);
  CHECK(fix("NoSuchBucket").find("make the bucket") != std::string::npos);
}

TEST_CASE("who may not even look at an object is told why, though a HEAD's answer has no words") {
  StoreService service{StoreKind::s3};
  service.owner.secret = "another";
  const auto object = StoreBucket{service.settings()}.head("edge_m-1_system.qcow2");
  REQUIRE(!object);
  CHECK(object.error().what.find("SignatureDoesNotMatch") != std::string::npos);
}

TEST_CASE("a store that is busy for long is told as that, and one that is gone as unreachable") {
  StoreService service{StoreKind::oss};
  service.busy = 100;
  CHECK(StoreBucket{service.settings()}.list("").error().code == Errc::no_capacity);
  auto settings = service.settings();
  settings.host = "127.0.0.1:1";
  const auto gone = StoreBucket{settings}.list("").error();
  CHECK(gone.code == Errc::unreachable);
  CHECK(gone.fix.find("endpoint and proxy") != std::string::npos);
}

TEST_CASE("a part that is on its way when work is stopped is waited for no longer") {
  StoreService service{StoreKind::s3};
  std::stop_source source;
  auto settings = service.settings();
  settings.stop = source.get_token();
  StoreBucket bucket{settings};
  const auto upload = bucket.begin_upload("edge_a", limits::store_part_bytes_min, {"00", 0});
  REQUIRE_MESSAGE(upload, to_string(upload.error()));
  service.close_gate(0);
  std::jthread stopper{[&] {
    while (!service.waits_at_gate()) std::this_thread::yield();
    source.request_stop();
  }};
  const auto part = bucket.put_part(*upload, 1, as_span("bytes"));
  REQUIRE(!part);
  CHECK(part.error().code == Errc::canceled);
}

TEST_CASE("OSS takes signatures of version 1 as well") {
  StoreService service{StoreKind::oss};
  auto settings = service.settings();
  settings.oss_v1 = true;
  StoreBucket bucket{settings};
  const auto upload = bucket.begin_upload("edge_a", limits::store_part_bytes_min, {"00", 0});
  REQUIRE_MESSAGE(upload, to_string(upload.error()));
  REQUIRE(bucket.put_part(*upload, 1, as_span("bytes")));
  CHECK(bucket.list_parts(*upload)->size() == 1);
  CHECK(bucket.list_uploads("edge_")->size() == 1);
  service.owner.secret = "another";
  CHECK(bucket.list("").error().code == Errc::access_refused);
}
