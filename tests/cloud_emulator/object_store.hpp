// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Buckets, objects and unfinished uploads in a folder. What is there is named by small JSON files
// that are replaced by rename, so a killed store holds what it had acknowledged.
//
//   BUCKET/bucket.json
//   BUCKET/objects/SHA256-OF-KEY.json   names its bytes, in data/
//   BUCKET/uploads/ID.json              names its parts, in data/
//   BUCKET/data/...                     bytes that no JSON file names are removed at the start
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cloud_emulator/answer.hpp"

namespace ferry::emulator {

struct Bytes {
  std::string file;  // in data/
  std::uint64_t size = 0;
  std::string etag;  // of a part: its MD5, in upper case
  std::uint64_t crc64 = 0;
  std::int64_t modified_ms = 0;
};
struct Object {
  std::string key;
  Bytes bytes;
  bool multipart = false;
  std::map<std::string, std::string> headers;  // content-type, x-oss-meta-..., as they were given
};
struct Upload {
  std::string id;
  std::string key;
  std::int64_t begun_ms = 0;
  std::map<std::string, std::string> headers;
  std::map<std::uint32_t, Bytes> parts;
};
struct Bucket {
  std::string name;
  std::string region;
  std::int64_t made_ms = 0;
  std::map<std::string, Object> objects;
  std::map<std::string, Upload> uploads;
};

/// Any thread may call. Refusals have OSS's codes. Bytes that were opened can be read to their end
/// even if their object is replaced or removed.
class ObjectStore {
 public:
  explicit ObjectStore(std::filesystem::path folder);

  Outcome<> make_bucket(const std::string& name, const std::string& region);
  Outcome<> remove_bucket(const std::string& name);
  /// A copy, without objects and uploads.
  [[nodiscard]] Outcome<Bucket> bucket(const std::string& name) const;
  [[nodiscard]] std::vector<Bucket> buckets() const;

  Outcome<Object> put(const std::string& bucket, const std::string& key, std::string_view bytes,
                      const std::map<std::string, std::string>& headers, bool forbid_overwrite);
  [[nodiscard]] Outcome<Object> head(const std::string& bucket, const std::string& key) const;
  [[nodiscard]] Outcome<std::shared_ptr<const Fd>> open(const std::string& bucket,
                                                        const Object& object) const;
  /// An object that is absent is a success.
  Outcome<> remove(const std::string& bucket, const std::string& key);
  [[nodiscard]] std::vector<Object> objects(const std::string& bucket) const;

  Outcome<Upload> begin(const std::string& bucket, const std::string& key,
                        const std::map<std::string, std::string>& headers);
  Outcome<Bytes> put_part(const std::string& bucket, const std::string& key, const std::string& id,
                          std::uint32_t number, std::string_view bytes);
  [[nodiscard]] Outcome<Upload> upload(const std::string& bucket, const std::string& key,
                                       const std::string& id);
  /// The parts are ascending and have their ETags.
  Outcome<Object> complete(const std::string& bucket, const std::string& key, const std::string& id,
                           const std::map<std::uint32_t, std::string>& parts);
  Outcome<> abort(const std::string& bucket, const std::string& key, const std::string& id);
  [[nodiscard]] std::vector<Upload> uploads(const std::string& bucket) const;

 private:
  Outcome<Bucket*> find(const std::string& name);
  Outcome<Upload*> find_upload(const std::string& bucket, const std::string& key,
                               const std::string& id);
  [[nodiscard]] std::filesystem::path data(const std::string& bucket) const;
  Outcome<Bytes> write(const std::string& bucket, std::string_view bytes);
  Outcome<> keep(const std::string& bucket, const Object& object);
  Outcome<> keep(const std::string& bucket, const Upload& upload);
  Outcome<Object> commit(const std::string& bucket, Object object);
  Outcome<Bytes> joined(const std::string& bucket, const std::vector<Bytes>& parts);
  void forget_bytes(const std::string& bucket, const Bytes& bytes);
  void forget(const std::string& bucket, const Upload& upload);

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

/// 1 to 1023 bytes, and no slash or backslash at its begin.
[[nodiscard]] bool is_object_name(std::string_view key);

}  // namespace ferry::emulator
