// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What ENS does not keep of an image: whose request it answers, where it comes from, its digests,
// and the files beside it. It lies in the bucket, in a folder named after the request's token:
//   edgeferry/images/TOKEN/image.json, console.log, digests.bin, certificate.json
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/registry.hpp"

namespace ferry {

struct ImageRecord {
  /// Without an id while nobody knows whether ENS has made it.
  EnsImage image;
  std::int64_t asked_ms = 0;    // when ENS was last asked to make it; 0: never
  std::int64_t removed_ms = 0;  // when its removal was asked for; 0: it is wanted
  FERRY_FIELDS(image, asked_ms, removed_ms)
};

class ImageRecords {
 public:
  explicit ImageRecords(std::shared_ptr<Bucket> bucket) : bucket_(std::move(bucket)) {}

  /// Durable on return.
  [[nodiscard]] Result<> store(const ImageRecord& record);
  /// Nothing if there is none. A record that can't be read is registry_unavailable.
  [[nodiscard]] Result<std::optional<ImageRecord>> find(std::string_view token) const;
  /// All of them, oldest first.
  [[nodiscard]] Result<std::vector<ImageRecord>> all() const;
  /// Removes a record and the files beside it, the record last.
  [[nodiscard]] Result<> erase(std::string_view token);

  /// The key of a file beside the record.
  [[nodiscard]] static std::string key(std::string_view token, std::string_view name);
  [[nodiscard]] Bucket& bucket() { return *bucket_; }

 private:
  [[nodiscard]] Result<ImageRecord> read(const std::string& key) const;

  std::shared_ptr<Bucket> bucket_;
};

}  // namespace ferry
