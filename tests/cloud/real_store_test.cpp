// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a bucket promises, kept by a service that others have written; see real_store.hpp. Run by
// scripts/store-real.
#include "tests/cloud/real_store.hpp"

#include "cloud/bucket_check.hpp"
#include "cloud/store/store_bucket.hpp"
#include "tests/cloud/stored_image.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

template <class T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result, to_string(result.error()));
  return *result;
}

}  // namespace

TEST_CASE("a real store: all that jobs do is possible, and the check leaves nothing" *
          doctest::skip()) {
  StoreBucket bucket{real_store()};
  const auto check = check_bucket(bucket);
  CHECK_MESSAGE(check.failed.empty(), check.failed << ": " << to_string(check.error));
  CHECK(must(bucket.list("")).empty());
  CHECK(must(bucket.list_uploads("")).empty());
}

TEST_CASE("a real store: an upload that was cut off goes on, and the object is byte for byte" *
          doctest::skip()) {
  const StoredImage image;
  {
    StoreBucket bucket{real_store()};
    const auto upload = must(bucket.begin_upload(stored_key, store_part_bytes, image.whole()));
    must(bucket.put_part(upload, 1, as_span(image.part(1))));
    must(bucket.put_part(upload, 2, as_span(random_bytes(store_part_bytes))));
  }
  StoreBucket bucket{real_store()};
  const auto object = must(image.upload(bucket));
  CHECK(object.size == image.bytes.size());
  CHECK(object.sha256 == image.whole().sha256);
  CHECK(must(bucket.head(stored_key)) == object);
  CHECK(must(bucket.list_uploads("")).empty());
  std::string middle(100'000, '\0');
  REQUIRE(bucket.get(stored_key, store_part_bytes - 7, std::as_writable_bytes(std::span{middle})));
  CHECK(middle == image.bytes.substr(store_part_bytes - 7, middle.size()));
  const auto listed = must(bucket.list("edge_"));
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].key == stored_key);
  CHECK(listed[0].size == image.bytes.size());
  CHECK(listed[0].modified_ms > 1'700'000'000'000);
  // Again, and nothing has to be sent; and another one takes its place.
  CHECK(must(image.upload(bucket)).sha256 == image.whole().sha256);
  const StoredImage other;
  CHECK(must(other.upload(bucket)).sha256 == other.whole().sha256);
  REQUIRE(bucket.remove(stored_key));
  REQUIRE(bucket.remove(stored_key));
  CHECK(bucket.head(stored_key).error().code == Errc::object_missing);
}

TEST_CASE("a real store: parts are listed with their digests over all pages, and may be replaced" *
          doctest::skip()) {
  const StoredImage image;
  StoreBucket bucket{real_store()};
  const auto upload = must(bucket.begin_upload(stored_key, store_part_bytes, image.whole()));
  std::vector<PartInfo> parts;
  for (const std::uint32_t number : {1U, 2U, 3U}) {
    must(bucket.put_part(upload, number, as_span(random_bytes(1000))));
    parts.push_back(must(bucket.put_part(upload, number, as_span(image.part(number)))));
    CHECK(parts.back() == bucket.describe_part(number, as_span(image.part(number))));
  }
  CHECK(must(bucket.list_parts(upload)) == parts);
  auto wrong = parts;
  wrong[1].digest = std::string(32, '0');
  CHECK(bucket.complete_upload(upload, wrong, image.whole()).error().code == Errc::object_corrupt);
  CHECK(must(bucket.complete_upload(upload, parts, image.whole())).sha256 == image.whole().sha256);
  // The answer was lost, and it is asked for again.
  CHECK(must(bucket.complete_upload(upload, parts, image.whole())).size == image.bytes.size());
  REQUIRE(bucket.abort_upload(upload));
  REQUIRE(bucket.remove(stored_key));
}

TEST_CASE("a real store: an upload that is given up is gone, also the second time" *
          doctest::skip()) {
  StoreBucket bucket{real_store()};
  const auto upload = must(bucket.begin_upload(stored_key, store_part_bytes, {sha256_hex(""), 0}));
  must(bucket.put_part(upload, 1, as_span("bytes")));
  const auto found = must(bucket.list_uploads("edge_"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].upload == upload);
  CHECK(found[0].key == stored_key);
  CHECK(found[0].created_ms > 1'700'000'000'000);
  REQUIRE(bucket.abort_upload(upload));
  REQUIRE(bucket.abort_upload(upload));
  CHECK(must(bucket.list_uploads("")).empty());
  CHECK(bucket.list_parts(upload).error().code == Errc::object_missing);
}

TEST_CASE("a real store: a wrong secret, an unknown key and an absent bucket are told apart" *
          doctest::skip()) {
  const auto error_of = [](const auto& change) {
    auto settings = real_store();
    change(settings);
    const auto object = StoreBucket{settings}.head(stored_key);
    REQUIRE(!object);
    MESSAGE(to_string(object.error()));
    return object.error();
  };
  const auto secret = error_of([](StoreSettings& s) {
    s.key = [] { return AccessKey{real_store_variable("KEY"), "another"}; };
  });
  CHECK(secret.code == Errc::access_refused);
  CHECK(secret.fix.find("secret") != std::string::npos);
  const auto id = error_of([](StoreSettings& s) {
    s.key = [] { return AccessKey{"nobody", "another"}; };
  });
  CHECK(id.code == Errc::access_refused);
  CHECK(id.fix.find("id of the access key") != std::string::npos);
  auto settings = real_store();
  settings.bucket = "nobodys-bucket";
  const auto absent = StoreBucket{settings}.list("");
  REQUIRE(!absent);
  CHECK(absent.error().code == Errc::bucket_unavailable);
  CHECK(absent.error().fix.find("make the bucket") != std::string::npos);
}
