// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/folder_bucket.hpp"

#include <csignal>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/cloud/cloud_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

FolderBucket open_bucket(const fs::path& path) {
  auto bucket = FolderBucket::open(path);
  REQUIRE_MESSAGE(bucket, (bucket ? "" : to_string(bucket.error())));
  return std::move(*bucket);
}

/// Puts the bytes in parts and returns the upload.
UploadId put_all(Bucket& bucket, std::string_view key, std::string_view bytes) {
  const auto upload = bucket.begin_upload(key, small_part_bytes, {});
  REQUIRE(upload);
  std::uint32_t number = 1;
  for (std::size_t at = 0; at < bytes.size(); at += small_part_bytes) {
    REQUIRE(bucket.put_part(*upload, number++, as_span(bytes.substr(at, small_part_bytes))));
  }
  return *upload;
}

Result<ObjectInfo> complete(Bucket& bucket, const UploadId& upload) {
  const auto parts = bucket.list_parts(upload);
  REQUIRE(parts);
  return bucket.complete_upload(upload, *parts, {});
}

std::string get_all(const Bucket& bucket, const ObjectInfo& info) {
  std::string bytes(info.size, '\0');
  REQUIRE(bucket.get(info.key, 0, std::as_writable_bytes(std::span{bytes})));
  return bytes;
}

}  // namespace

TEST_CASE("an object comes back as it was put, with the digest of the whole") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  const auto bytes = random_bytes(3 * small_part_bytes + 17);
  const auto info = complete(bucket, put_all(bucket, "dir/a_system.qcow2", bytes));
  REQUIRE(info);
  CHECK(info->size == bytes.size());
  CHECK(info->sha256 == sha256_hex(bytes));
  CHECK(get_all(bucket, *info) == bytes);
  CHECK(bucket.head("dir/a_system.qcow2") == info);
  CHECK(bucket.list_uploads("")->empty());
  char two[2];
  REQUIRE(bucket.get(info->key, small_part_bytes, std::as_writable_bytes(std::span{two})));
  CHECK(std::string_view{two, 2} == std::string_view{bytes}.substr(small_part_bytes, 2));
  CHECK(bucket.get(info->key, bytes.size() - 1, std::as_writable_bytes(std::span{two}))
            .error()
            .code == Errc::invalid_argument);
}

TEST_CASE("keys that are prefixes of each other as folders live side by side") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  for (const char* key : {"a", "a/b", "a/b/c", "b.json"}) {
    REQUIRE(complete(bucket, put_all(bucket, key, key)));
  }
  const auto all = bucket.list("");
  REQUIRE(all);
  REQUIRE(all->size() == 4);
  CHECK(bucket.list("a/")->size() == 2);
  for (const auto& info : *all) CHECK(get_all(bucket, info) == info.key);
  REQUIRE(bucket.remove("a/b"));
  REQUIRE(bucket.remove("a/b"));
  CHECK(bucket.head("a/b").error().code == Errc::object_missing);
  CHECK(bucket.list("a")->size() == 2);
}

TEST_CASE("hostile keys and upload ids are refused before they touch the disk") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  using namespace std::string_view_literals;
  const std::string long_key(1024, 'k');
  const std::string long_name(201, 'k');
  for (const auto key : {""sv, "/etc/passwd"sv, "../x"sv, "a/../../x"sv, "a//b"sv, "a/"sv, "."sv,
                         "a/./b"sv, "a\0b"sv, "a\nb"sv, "a b"sv, "a%/b"sv, "\xc3\xa9"sv,
                         std::string_view{long_key}, std::string_view{long_name}}) {
    CHECK(bucket.begin_upload(key, small_part_bytes, {}).error().code == Errc::invalid_argument);
    CHECK(bucket.head(key).error().code == Errc::invalid_argument);
    CHECK(bucket.remove(key).error().code == Errc::invalid_argument);
  }
  for (const char* upload : {"", "..", "../../etc", "u-../../../../../../x", "u-short"}) {
    CHECK(bucket.abort_upload(upload).error().code == Errc::invalid_argument);
    CHECK(bucket.list_parts(upload).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("parts out of range, with gaps or other digests make no object") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  const auto upload = *bucket.begin_upload("k", small_part_bytes, {});
  const auto bytes = random_bytes(small_part_bytes);
  CHECK(bucket.put_part(upload, 0, as_span(bytes)).error().code == Errc::invalid_argument);
  CHECK(bucket.put_part(upload, 10'001, as_span(bytes)).error().code == Errc::invalid_argument);
  CHECK(bucket.put_part(upload, 1, {}).error().code == Errc::invalid_argument);
  CHECK(bucket.put_part(upload, 1, as_span(bytes + "x")).error().code == Errc::invalid_argument);
  CHECK(complete(bucket, upload).error().code == Errc::invalid_argument);
  const auto first = bucket.put_part(upload, 1, as_span("short"));
  const auto third = bucket.put_part(upload, 3, as_span(bytes));
  REQUIRE(third);
  CHECK(complete(bucket, upload).error().code == Errc::invalid_argument);
  REQUIRE(bucket.put_part(upload, 2, as_span(bytes)));
  CHECK(complete(bucket, upload).error().code == Errc::invalid_argument);  // part 1 is short
  REQUIRE(bucket.put_part(upload, 1, as_span(bytes)));
  CHECK(bucket.complete_upload(upload, std::vector{*first}, {}).error().code ==
        Errc::invalid_argument);
  CHECK(bucket.head("k").error().code == Errc::object_missing);
  const auto info = complete(bucket, upload);
  REQUIRE(info);
  CHECK(info->sha256 == sha256_hex(bytes + bytes + bytes));
}

TEST_CASE("a part put twice is one part, and the later bytes win") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  const auto upload = *bucket.begin_upload("k", small_part_bytes, {});
  REQUIRE(bucket.put_part(upload, 1, as_span("old")));
  REQUIRE(bucket.put_part(upload, 1, as_span("newer")));
  REQUIRE(bucket.put_part(upload, 1, as_span("newer")));
  CHECK(bucket.list_parts(upload)->size() == 1);
  CHECK(get_all(bucket, *complete(bucket, upload)) == "newer");
}

TEST_CASE("parts acknowledged before a kill -9 are there after it") {
  Scratch scratch;
  const auto bytes = random_bytes(3 * small_part_bytes);
  int report[2];
  REQUIRE(::pipe(report) == 0);
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto bucket = FolderBucket::open(scratch / "bucket");
    const auto upload = bucket->begin_upload("k", small_part_bytes, {});
    for (std::uint32_t n = 0; n < 2; ++n) {
      (void)bucket->put_part(*upload, n + 1,
                             as_span(bytes).subspan(n * small_part_bytes, small_part_bytes));
    }
    (void)!::write(report[1], "x", 1);
    for (;;) ::pause();
  }
  char x = 0;
  REQUIRE(::read(report[0], &x, 1) == 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(report[0]);
  ::close(report[1]);
  auto bucket = open_bucket(scratch / "bucket");
  const auto uploads = bucket.list_uploads("k");
  REQUIRE(uploads);
  REQUIRE(uploads->size() == 1);
  const auto& upload = uploads->front().upload;
  CHECK(bucket.list_parts(upload)->size() == 2);
  REQUIRE(bucket.put_part(upload, 3, as_span(bytes).subspan(2 * small_part_bytes)));
  CHECK(complete(bucket, upload)->sha256 == sha256_hex(bytes));
}

TEST_CASE("a promise left by a killed process is kept at the next opening") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  REQUIRE(complete(bucket, put_all(bucket, "k", "the old object")));
  const std::string bytes = "the new object";
  const auto upload = put_all(bucket, "k", bytes);
  const auto folder = scratch / "bucket" / "uploads" / upload;
  const ObjectInfo promised{"k", bytes.size(), sha256_hex(bytes), 1};
  write_bytes(folder / "commit.json", to_json(promised));
  SUBCASE("killed before the bytes moved") {}
  SUBCASE("killed after the bytes moved") { fs::rename(folder / "data", bucket.object_path("k")); }
  auto again = open_bucket(scratch / "bucket");
  const auto info = again.head("k");
  REQUIRE(info);
  CHECK(*info == promised);
  CHECK(get_all(again, *info) == bytes);
  CHECK_FALSE(fs::exists(folder));
}

TEST_CASE("an upload that was cut before its beginning or in its end goes at the next opening") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  const auto alive = put_all(bucket, "k", "bytes");
  const auto cut = put_all(bucket, "k", "bytes");
  const auto folder = scratch / "bucket" / "uploads" / cut;
  fs::rename(folder / "upload.json", folder / "upload.json.new");
  auto again = open_bucket(scratch / "bucket");
  CHECK_FALSE(fs::exists(folder));
  CHECK(complete(again, alive));
}

TEST_CASE("an upload that begins while others open the bucket is never taken for debris") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  std::jthread opener{[&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!FolderBucket::open(scratch / "bucket")) return;
    }
  }};
  for (int i = 0; i < 50; ++i) CHECK(complete(bucket, put_all(bucket, "k", "bytes")));
}

TEST_CASE("a part damaged on disk is named, forgotten and can be put again") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  const auto bytes = random_bytes(2 * small_part_bytes);
  const auto upload = put_all(bucket, "k", bytes);
  write_bytes(scratch / "bucket" / "uploads" / upload / "data", "damage", small_part_bytes + 5);
  const auto refused = complete(bucket, upload);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::object_corrupt);
  CHECK(refused.error().what.find("part 2") != std::string::npos);
  REQUIRE(bucket.list_parts(upload)->size() == 1);
  REQUIRE(bucket.put_part(upload, 2, as_span(bytes).subspan(small_part_bytes)));
  CHECK(complete(bucket, upload)->sha256 == sha256_hex(bytes));
}

TEST_CASE("damaged records on disk are no parts and no objects") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  const auto upload = put_all(bucket, "k", random_bytes(2 * small_part_bytes));
  const auto record = scratch / "bucket" / "uploads" / upload / "parts" / "2.json";
  for (const auto& text : {std::string{"{"}, std::string{"{\"number\":\"2\"}"},
                           std::string{"{\"number\":-2,\"size\":1}"}, std::string(5000, '['),
                           "{\"x\":" + std::string(5000, '[') + std::string(5000, ']') + "}"}) {
    fs::remove(record);
    write_bytes(record, text);
    CHECK(bucket.list_parts(upload)->size() == 1);
  }
  const auto info = complete(bucket, put_all(bucket, "o", "object"));
  fs::resize_file(bucket.object_path("o"), 3);
  CHECK(bucket.head("o").error().code == Errc::object_corrupt);
  CHECK(bucket.list("o")->empty());
}

TEST_CASE("an aborted upload is gone, and aborting it again is fine") {
  Scratch scratch;
  auto bucket = open_bucket(scratch / "bucket");
  const auto upload = put_all(bucket, "k", "bytes");
  REQUIRE(bucket.abort_upload(upload));
  REQUIRE(bucket.abort_upload(upload));
  CHECK(bucket.list_uploads("")->empty());
  CHECK(bucket.put_part(upload, 1, as_span("x")).error().code == Errc::object_missing);
}

TEST_CASE("a bucket that can't be written says which path and what to do") {
  Scratch scratch;
  SUBCASE("a file lies where the folder should be") { write_bytes(scratch / "bucket", "file"); }
  SUBCASE("a read-only file system") {
    fs::create_directories(scratch / "bucket");
    Mount binding{{"--bind", (scratch / "bucket").string()}, scratch / "bucket"};
    REQUIRE(run_ok({.argv = {"mount", "-o", "remount,ro,bind", (scratch / "bucket").string()}}));
    const auto bucket = FolderBucket::open(scratch / "bucket");
    REQUIRE_FALSE(bucket);
    CHECK(bucket.error().code == Errc::bucket_unavailable);
    return;
  }
  const auto bucket = FolderBucket::open(scratch / "bucket");
  REQUIRE_FALSE(bucket);
  CHECK(bucket.error().code == Errc::bucket_unavailable);
  CHECK(bucket.error().what.find((scratch / "bucket").string()) != std::string::npos);
  CHECK(bucket.error().fix.find((scratch / "bucket").string()) != std::string::npos);
}

TEST_CASE("a full disk is disk_full, and the upload goes on when there is room") {
  Scratch scratch;
  const auto mount = scratch / "small";
  Mount small{{"-t", "tmpfs", "-o", "size=1m", "tmpfs"}, mount};
  auto bucket = open_bucket(mount / "bucket");
  const auto upload = *bucket.begin_upload("k", small_part_bytes, {});
  const auto bytes = random_bytes(20 * small_part_bytes);
  std::uint32_t stored = 0;
  Result<PartInfo> part;
  for (std::uint32_t n = 0; n < 20 && part; ++n) {
    part = bucket.put_part(upload, n + 1,
                           as_span(bytes).subspan(n * small_part_bytes, small_part_bytes));
    if (part) stored = n + 1;
  }
  REQUIRE_FALSE(part);
  CHECK(part.error().code == Errc::disk_full);
  CHECK(part.error().what.find(mount.string()) != std::string::npos);
  REQUIRE(run_ok({.argv = {"mount", "-o", "remount,size=4m", mount.string()}}));
  CHECK(bucket.list_parts(upload)->size() == stored);
  for (auto n = stored; n < 20; ++n) {
    REQUIRE(bucket.put_part(upload, n + 1,
                            as_span(bytes).subspan(n * small_part_bytes, small_part_bytes)));
  }
  CHECK(complete(bucket, upload)->sha256 == sha256_hex(bytes));
}
