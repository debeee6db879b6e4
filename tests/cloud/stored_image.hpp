// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An image that is uploaded to a store of OSS's or S3's kind, in as few bytes as have several parts
// there.
#pragma once

#include <string>

#include "base/limits.hpp"
#include "cloud/crc64.hpp"
#include "cloud/export.hpp"
#include "tests/cloud/cloud_fixture.hpp"

namespace ferry::test {

inline constexpr std::uint64_t store_part_bytes = limits::store_part_bytes_min;
inline constexpr auto stored_key = "edge_m-1_system.qcow2";

/// A file of two parts and a bit.
struct StoredImage {
  Scratch scratch;
  std::string bytes = random_bytes(2 * store_part_bytes + 12'345);

  StoredImage() { write(); }
  void write() const {
    std::ofstream{scratch / "image", std::ios::binary | std::ios::trunc} << bytes;
  }
  [[nodiscard]] ObjectDigests whole() const { return {sha256_hex(bytes), crc64(as_span(bytes))}; }
  [[nodiscard]] std::string part(std::size_t number) const {
    return bytes.substr((number - 1) * store_part_bytes, store_part_bytes);
  }
  [[nodiscard]] Result<ObjectInfo> upload(Bucket& bucket) const {
    return upload_file(bucket, scratch / "image", stored_key, store_part_bytes);
  }
};

}  // namespace ferry::test
