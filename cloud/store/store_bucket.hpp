// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A bucket of OSS or of any S3 service. What arrives is proven by the store's own digests: each
// part by its MD5, which the store checks as it comes and lists afterwards, and the whole by the
// digest of those and, for OSS, by its CRC-64. SHA-256 travels as metadata of the object.
#pragma once

#include <memory>

#include "cloud/bucket.hpp"
#include "cloud/store/store_client.hpp"

namespace ferry {

class StoreBucket final : public Bucket {
 public:
  explicit StoreBucket(StoreSettings settings) : client_(std::move(settings)) {}

  /// An UploadId here is "ID KEY": the store wants both in each call.
  Result<UploadId> begin_upload(std::string_view key, std::uint64_t part_bytes,
                                const ObjectDigests& whole) override;
  PartInfo describe_part(std::uint32_t number, std::span<const std::byte> bytes) const override;
  Result<PartInfo> put_part(const UploadId& upload, std::uint32_t number,
                            std::span<const std::byte> bytes) override;
  Result<std::vector<PartInfo>> list_parts(const UploadId& upload) override;
  Result<ObjectInfo> complete_upload(const UploadId& upload, std::span<const PartInfo> parts,
                                     const ObjectDigests& whole) override;
  Result<> abort_upload(const UploadId& upload) override;
  /// part_bytes of each is 0: a store takes parts of any size.
  Result<std::vector<UploadInfo>> list_uploads(std::string_view prefix) override;
  Result<ObjectInfo> head(std::string_view key) const override;
  Result<> get(std::string_view key, std::uint64_t offset,
               std::span<std::byte> into) const override;
  Result<> remove(std::string_view key) override;
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) const override;

 private:
  StoreClient client_;
};

}  // namespace ferry
