// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/export.hpp"

#include "cloud/folder_bucket.hpp"
#include "tests/cloud/cloud_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

constexpr auto exported_key = "P_m-1_system.qcow2";

/// A real folder bucket that also counts the parts put into it.
class CountingBucket final : public Bucket {
 public:
  explicit CountingBucket(FolderBucket& inner) : inner_(inner) {}

  Result<UploadId> begin_upload(std::string_view k, std::uint64_t bytes,
                                const ObjectDigests& whole) override {
    return inner_.begin_upload(k, bytes, whole);
  }
  PartInfo describe_part(std::uint32_t number, std::span<const std::byte> bytes) const override {
    return inner_.describe_part(number, bytes);
  }
  Result<PartInfo> put_part(const UploadId& upload, std::uint32_t number,
                            std::span<const std::byte> bytes) override {
    ++parts_put;
    return inner_.put_part(upload, number, bytes);
  }
  Result<std::vector<PartInfo>> list_parts(const UploadId& upload) override {
    return inner_.list_parts(upload);
  }
  Result<ObjectInfo> complete_upload(const UploadId& upload, std::span<const PartInfo> parts,
                                     const ObjectDigests& whole) override {
    return inner_.complete_upload(upload, parts, whole);
  }
  Result<> abort_upload(const UploadId& upload) override { return inner_.abort_upload(upload); }
  Result<std::vector<UploadInfo>> list_uploads(std::string_view prefix) override {
    return inner_.list_uploads(prefix);
  }
  Result<ObjectInfo> head(std::string_view k) const override { return inner_.head(k); }
  Result<> get(std::string_view k, std::uint64_t offset, std::span<std::byte> into) const override {
    return inner_.get(k, offset, into);
  }
  Result<> remove(std::string_view k) override { return inner_.remove(k); }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) const override {
    return inner_.list(prefix);
  }

  int parts_put = 0;

 private:
  FolderBucket& inner_;
};

/// Uploads until `parts` parts are done, as a process that is then killed.
void upload_some(const fs::path& bucket_path, const fs::path& file, std::uint64_t parts) {
  auto bucket = FolderBucket::open(bucket_path);
  REQUIRE(bucket);
  std::stop_source stop;
  const auto cut = upload_file(
      *bucket, file, exported_key, small_part_bytes,
      [&](std::uint64_t done, std::uint64_t) {
        if (done >= parts * small_part_bytes) stop.request_stop();
      },
      stop.get_token());
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code == Errc::canceled);
}

}  // namespace

TEST_CASE("an upload that was cut off sends only what is missing") {
  Scratch scratch;
  const auto bytes = random_bytes(10 * small_part_bytes + 5);
  write_bytes(scratch / "file", bytes);
  upload_some(scratch / "bucket", scratch / "file", 7);
  auto folder = FolderBucket::open(scratch / "bucket");
  CountingBucket bucket{*folder};
  std::uint64_t last = 0;
  const auto object = upload_file(bucket, scratch / "file", exported_key, small_part_bytes,
                                  [&](std::uint64_t done, std::uint64_t) { last = done; });
  REQUIRE(object);
  CHECK(bucket.parts_put == 4);
  CHECK(last == bytes.size());
  CHECK(object->sha256 == sha256_hex(bytes));
  CHECK(bucket.list_uploads("")->empty());

  SUBCASE("the same file again sends nothing") {
    CHECK(upload_file(bucket, scratch / "file", exported_key, small_part_bytes) == object);
    CHECK(bucket.parts_put == 4);
  }
  SUBCASE("other bytes of the same size replace the object") {
    write_bytes(scratch / "file", "changed");
    const auto other = upload_file(bucket, scratch / "file", exported_key, small_part_bytes);
    REQUIRE(other);
    CHECK(other->sha256 == sha256_hex(read_bytes(scratch / "file")));
    CHECK(other->sha256 != object->sha256);
  }
}

TEST_CASE("a file that changed since the cut gets its changed parts sent again") {
  Scratch scratch;
  write_bytes(scratch / "file", random_bytes(10 * small_part_bytes));
  upload_some(scratch / "bucket", scratch / "file", 8);
  write_bytes(scratch / "file", "changed", 3 * small_part_bytes);
  auto folder = FolderBucket::open(scratch / "bucket");
  CountingBucket bucket{*folder};
  const auto object = upload_file(bucket, scratch / "file", exported_key, small_part_bytes);
  REQUIRE(object);
  CHECK(bucket.parts_put == 3);  // the changed one and the two that were missing
  CHECK(object->sha256 == sha256_hex(read_bytes(scratch / "file")));
}

TEST_CASE("a stored part that rots before completion is sent again") {
  Scratch scratch;
  const auto bytes = random_bytes(6 * small_part_bytes);
  write_bytes(scratch / "file", bytes);
  upload_some(scratch / "bucket", scratch / "file", 4);
  auto folder = FolderBucket::open(scratch / "bucket");
  CountingBucket bucket{*folder};
  const auto upload = bucket.list_uploads(exported_key)->front().upload;
  write_bytes(scratch / "bucket" / "uploads" / upload / "data", "rot", small_part_bytes);
  const auto object = upload_file(bucket, scratch / "file", exported_key, small_part_bytes);
  REQUIRE(object);
  CHECK(bucket.parts_put == 3);
  CHECK(object->sha256 == sha256_hex(bytes));
}

TEST_CASE("absent and empty files are no objects") {
  Scratch scratch;
  auto bucket = FolderBucket::open(scratch / "bucket");
  CHECK(upload_file(*bucket, scratch / "none", exported_key, small_part_bytes).error().code ==
        Errc::disk_missing);
  write_bytes(scratch / "empty", "");
  CHECK(upload_file(*bucket, scratch / "empty", exported_key, small_part_bytes).error().code ==
        Errc::invalid_argument);
}

TEST_CASE("object keys carry the prefix, the image id and the disk") {
  CHECK(image_object_key("Smc01", "m-abc", 0) == "Smc01_m-abc_system.qcow2");
  CHECK(image_object_key("Smc01", "m-abc", 2) == "Smc01_m-abc_data2.qcow2");
  for (const char* prefix : {"", "a_b", "../x", "a/b", "a b", "1234567890123456789012345678901"}) {
    CHECK(image_object_key(prefix, "m-abc", 0).error().code == Errc::invalid_argument);
  }
  CHECK(image_object_key("123456789012345678901234567890", "m-abc", 0));
  for (const char* id : {"", "m-", "i-abc", "m-../x", "m-ABC", "m-a/b"}) {
    CHECK(image_object_key("p", id, 0).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("an object's name gives its image back, and foreign names give none") {
  for (const std::uint32_t disk : {0U, 1U, 4U}) {
    CHECK(image_of_object(*image_object_key("edge", "m-abc1", disk)) == "m-abc1");
    CHECK(image_of_object(*attached_file_key("edge", "m-abc1", "console.log")) == "m-abc1");
    CHECK(!attached_file_key("edge", "m-abc1", "../console.log"));
  }
  for (const auto* foreign :
       {"", "backup.tar", "edge_m-abc1", "edge_x-abc1_system.qcow2", "edge_m-abc1_system.qcow2.bak",
        "ed-ge_m-abc1_system.qcow2", "edge_m-ABC_system.qcow2", "a/edge_m-abc1_system.qcow2",
        "edge_m-abc1_data01.qcow2", "edge_m-abc1_data99999999999.qcow2"}) {
    CAPTURE(foreign);
    CHECK(!image_of_object(foreign));
  }
}
