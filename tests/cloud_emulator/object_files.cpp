// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/object_files.hpp"

#include <set>

#include "cloud/signing/canonical.hpp"

namespace ferry::emulator {
namespace {

namespace fs = std::filesystem;

Json json_of_bytes(const Bytes& bytes) {
  return {{"file", bytes.file},
          {"size", bytes.size},
          {"etag", bytes.etag},
          {"crc64", bytes.crc64},
          {"modified_ms", bytes.modified_ms}};
}

Bytes bytes_of(const Json& json) {
  return {json.at("file"), json.at("size"), json.at("etag"), json.at("crc64"),
          json.at("modified_ms")};
}

Object object_of(const Json& json) {
  return {json.at("key"), bytes_of(json.at("bytes")), json.at("multipart"), json.at("headers")};
}

Upload upload_of(const Json& json) {
  Upload upload{json.at("id"), json.at("key"), json.at("begun_ms"), json.at("headers"), {}};
  for (const auto& [number, bytes] : json.at("parts").items()) {
    upload.parts.emplace(static_cast<std::uint32_t>(std::stoul(number)), bytes_of(bytes));
  }
  return upload;
}

Json read_json(const fs::path& path) {
  const auto text = read_file(path);
  return text ? Json::parse(*text) : Json::object();
}

Bucket read_bucket(const fs::path& folder) {
  const auto about = read_json(folder / "bucket.json");
  Bucket bucket{folder.filename().string(), about.at("region"), about.at("made_ms"), {}, {}};
  std::set<std::string> named;
  for (const auto& entry : fs::directory_iterator{folder / "objects"}) {
    if (entry.path().extension() != ".json") continue;
    auto object = object_of(read_json(entry.path()));
    named.insert(object.bytes.file);
    bucket.objects.emplace(object.key, std::move(object));
  }
  for (const auto& entry : fs::directory_iterator{folder / "uploads"}) {
    if (entry.path().extension() != ".json") continue;
    auto upload = upload_of(read_json(entry.path()));
    for (const auto& [number, bytes] : upload.parts) named.insert(bytes.file);
    bucket.uploads.emplace(upload.id, std::move(upload));
  }
  for (const auto& entry : fs::directory_iterator{folder / "data"}) {
    if (!named.contains(entry.path().filename().string())) fs::remove(entry.path());
  }
  return bucket;
}

}  // namespace

Json json_of(const Object& object) {
  return {{"key", object.key},
          {"bytes", json_of_bytes(object.bytes)},
          {"multipart", object.multipart},
          {"headers", object.headers}};
}

Json json_of(const Upload& upload) {
  Json parts = Json::object();
  for (const auto& [number, bytes] : upload.parts) {
    parts[std::to_string(number)] = json_of_bytes(bytes);
  }
  return {{"id", upload.id},
          {"key", upload.key},
          {"begun_ms", upload.begun_ms},
          {"headers", upload.headers},
          {"parts", parts}};
}

std::map<std::string, Bucket> read_buckets(const fs::path& folder) {
  std::map<std::string, Bucket> buckets;
  for (const auto& entry : fs::directory_iterator{folder}) {
    if (!fs::exists(entry.path() / "bucket.json")) continue;
    auto bucket = read_bucket(entry.path());
    buckets.emplace(bucket.name, std::move(bucket));
  }
  return buckets;
}

fs::path object_file(const fs::path& bucket, std::string_view key) {
  return bucket / "objects" / (hex_sha256(key) + ".json");
}

fs::path upload_file(const fs::path& bucket, std::string_view id) {
  return bucket / "uploads" / (std::string{id} + ".json");
}

Outcome<> replace(const fs::path& path, const Json& document) {
  // Replacing characters that are no UTF-8 would change a key: they are refused before.
  if (auto done = write_file_durably(path, document.dump()); !done) {
    return refuse(500, "InternalError", to_string(done.error()));
  }
  return {};
}

}  // namespace ferry::emulator
