// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/store/store_bucket.hpp"

#include "cloud/store/store_xml.hpp"
#include "tests/cloud/store_service.hpp"
#include "tests/cloud/stored_image.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

const auto store_kinds = {StoreKind::oss, StoreKind::s3};

}  // namespace

TEST_CASE("an image that is uploaded to OSS or S3 is there, byte for byte, and known again") {
  for (const auto kind : store_kinds) {
    const StoredImage image;
    StoreService service{kind};
    StoreBucket bucket{service.settings()};
    const auto object = image.upload(bucket);
    REQUIRE_MESSAGE(object, to_string(object.error()));
    CHECK(object->size == image.bytes.size());
    CHECK(object->sha256 == sha256_hex(image.bytes));
    CHECK(service.objects.at(stored_key).bytes == image.bytes);
    CHECK(service.uploads.empty());
    std::string middle(100'000, '\0');
    REQUIRE(
        bucket.get(stored_key, store_part_bytes - 7, std::as_writable_bytes(std::span{middle})));
    CHECK(middle == image.bytes.substr(store_part_bytes - 7, middle.size()));
    const auto received = service.bytes_received;
    REQUIRE(image.upload(bucket));
    CHECK(service.bytes_received == received);
  }
}

TEST_CASE("an upload that was cut off goes on with the parts that are missing") {
  for (const auto kind : store_kinds) {
    const StoredImage image;
    StoreService service{kind};
    {
      StoreBucket bucket{service.settings()};
      const auto upload =
          bucket.begin_upload(stored_key, store_part_bytes, {sha256_hex(image.bytes), 0});
      REQUIRE_MESSAGE(upload, to_string(upload.error()));
      REQUIRE(bucket.put_part(*upload, 1, as_span(image.bytes.substr(0, store_part_bytes))));
      REQUIRE(bucket.put_part(*upload, 2, as_span(random_bytes(store_part_bytes))));
    }
    service.bytes_received = 0;
    service.page_entries = 1;
    StoreBucket bucket{service.settings()};
    const auto object = image.upload(bucket);
    REQUIRE_MESSAGE(object, to_string(object.error()));
    CHECK(service.objects.at(stored_key).bytes == image.bytes);
    CHECK(service.bytes_received < 2 * store_part_bytes);
  }
}

TEST_CASE("an image that changed since its upload began is there as it is now") {
  const StoredImage image;
  StoreService service{StoreKind::s3};
  StoreBucket bucket{service.settings()};
  REQUIRE(bucket.begin_upload(stored_key, store_part_bytes, {sha256_hex("another"), 0}));
  const auto object = image.upload(bucket);
  REQUIRE_MESSAGE(object, to_string(object.error()));
  CHECK(object->sha256 == sha256_hex(image.bytes));
}

TEST_CASE("an object that isn't what was sent is no success, whatever its store says") {
  for (const auto kind : store_kinds) {
    const StoredImage image;
    StoreService service{kind};
    service.flipped_key = stored_key;
    StoreBucket bucket{service.settings()};
    const auto object = image.upload(bucket);
    REQUIRE(!object);
    CHECK(object.error().code == Errc::object_corrupt);
  }
}

TEST_CASE("a store that is busy or loses its answers is asked again") {
  for (const auto kind : store_kinds) {
    const StoredImage image;
    StoreService service{kind};
    StoreBucket bucket{service.settings()};
    service.busy = 2;
    const auto upload =
        bucket.begin_upload(stored_key, store_part_bytes, {sha256_hex(image.bytes), 0});
    REQUIRE_MESSAGE(upload, to_string(upload.error()));
    std::vector<PartInfo> parts;
    const auto whole = image.whole();
    for (std::size_t at = 0; at < image.bytes.size(); at += store_part_bytes) {
      service.lost_answers = 1;
      auto part = bucket.put_part(*upload, static_cast<std::uint32_t>(parts.size() + 1),
                                  as_span(image.bytes.substr(at, store_part_bytes)));
      REQUIRE_MESSAGE(part, to_string(part.error()));
      parts.push_back(*part);
    }
    // The second attempt finds no upload any more, and the object instead.
    service.lost_answers = 1;
    const auto object = bucket.complete_upload(*upload, parts, whole);
    REQUIRE_MESSAGE(object, to_string(object.error()));
    CHECK(object->sha256 == whole.sha256);
    REQUIRE(bucket.remove(stored_key));
    REQUIRE(bucket.remove(stored_key));
    CHECK(bucket.head(stored_key).error().code == Errc::object_missing);
    CHECK(bucket.complete_upload(*upload, parts, whole).error().code == Errc::object_missing);
  }
}

TEST_CASE("what lies in a bucket is listed over all pages, and uploads are found and ended") {
  for (const auto kind : store_kinds) {
    StoreService service{kind};
    service.page_entries = 2;
    StoreBucket bucket{service.settings()};
    for (const auto* name : {"edge_a", "edge_b", "edge_c", "edge_d", "edge_e", "other"}) {
      service.objects[name] = {"bytes of " + std::string{name}, "etag", {}};
      REQUIRE(bucket.begin_upload(name, store_part_bytes, {}));
    }
    const auto listed = bucket.list("edge_");
    REQUIRE_MESSAGE(listed, to_string(listed.error()));
    REQUIRE(listed->size() == 5);
    CHECK(listed->back().key == "edge_e");
    CHECK(listed->back().size == 15);
    CHECK(listed->back().modified_ms == 1795770446000);
    const auto uploads = bucket.list_uploads("edge_");
    REQUIRE_MESSAGE(uploads, to_string(uploads.error()));
    REQUIRE(uploads->size() == 5);
    for (const auto& upload : *uploads) {
      REQUIRE(bucket.abort_upload(upload.upload));
      REQUIRE(bucket.abort_upload(upload.upload));
    }
    CHECK(service.uploads.size() == 1);
  }
}

TEST_CASE("a wrong key, bucket or region is told with the store's own words and no secret") {
  for (const auto kind : store_kinds) {
    StoreService service{kind};
    const auto refused = [&](auto&& change) {
      auto settings = service.settings();
      change(settings);
      const auto object = StoreBucket{settings}.head(stored_key);
      REQUIRE(!object);
      CHECK(object.error().what.find("secret") == std::string::npos);
      return object.error();
    };
    CHECK(refused([](StoreSettings& s) {
            s.key = [] { return AccessKey{"test-id", "secret2"}; };
          }).code == Errc::access_refused);
    CHECK(refused([](StoreSettings& s) { s.region = "elsewhere"; }).code == Errc::access_refused);
    auto settings = service.settings();
    settings.bucket = "nobodys";
    const auto listed = StoreBucket{settings}.list("");
    REQUIRE(!listed);
    CHECK(listed.error().code == Errc::bucket_unavailable);
    CHECK(listed.error().what.find("NoSuchBucket: told by the test") != std::string::npos);
  }
}

TEST_CASE("hostile answers of a store are refused") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (const auto& body : {std::string{}, std::string{"no xml"}, std::string{"<ListPartsResult>"},
                           deep, "<!-- </a> -->" + deep,
                           std::string{"<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\">]><ListPartsResult>&a;"
                                       "</ListPartsResult>"},
                           std::string{"<ListPartsResult><Part><PartNumber>x</PartNumber></Part>"
                                       "</ListPartsResult>"},
                           std::string{"<ListPartsResult><IsTruncated>true</IsTruncated>"
                                       "</ListPartsResult>"}}) {
    CAPTURE(body.substr(0, 100));
    const auto parts = parts_of(body);
    REQUIRE(!parts);
    CHECK(parts.error().code == Errc::malformed);
  }
  CHECK(upload_id_of("<InitiateMultipartUploadResult/>").error().code == Errc::malformed);
  CHECK(completed_etag_of("<Error><Code>InternalError</Code></Error>").error().code ==
        Errc::unreachable);
  CHECK(store_error("<Error><Code>A</Code><Message>b</Message></Error>").message == "b");
}

TEST_CASE("CRC-64 is that of OSS") {
  CHECK(crc64(as_span("123456789")) == 11051210869376104954U);
  CHECK(crc64(as_span("6789"), crc64(as_span("12345"))) == 11051210869376104954U);
}
