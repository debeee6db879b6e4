// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The narrow waist between image export and any object store: multipart uploads
// that survive a restart of the uploader, and objects with a SHA-256 of the whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/upload_limits.hpp"
#include "messages/record.hpp"

namespace ferry {

inline constexpr std::uint32_t parts_max = 10'000;  // the object stores' own bound
inline constexpr std::uint64_t part_bytes_min = 4 * limits::kib;
inline constexpr std::size_t key_bytes_max = 1023;
inline constexpr std::size_t key_name_bytes_max = 200;  // between two slashes
inline constexpr std::size_t listing_max = 10'000;

using UploadId = std::string;

/// Of all bytes of an object.
struct ObjectDigests {
  std::string sha256;       // hex
  std::uint64_t crc64 = 0;  // as OSS tells it
};

struct PartInfo {
  std::uint32_t number = 0;  // from 1
  std::uint64_t size = 0;
  std::string digest;  // hex, of the kind that the bucket keeps of a part
  FERRY_FIELDS(number, size, digest)
  friend bool operator==(const PartInfo&, const PartInfo&) = default;
};

struct ObjectInfo {
  std::string key;
  std::uint64_t size = 0;
  std::string sha256;  // hex, of the whole object; empty if the bucket doesn't know it
  std::int64_t modified_ms = 0;
  FERRY_FIELDS(key, size, sha256, modified_ms)
  friend bool operator==(const ObjectInfo&, const ObjectInfo&) = default;
};

struct UploadInfo {
  UploadId upload;
  std::string key;
  std::uint64_t part_bytes = 0;  // 0: the bucket doesn't know it, and takes any
  std::int64_t created_ms = 0;
  FERRY_FIELDS(upload, key, part_bytes, created_ms)
};

/// Called with the bytes done and the bytes in all, from the calling thread.
using ByteProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// One place for objects. Calls block, so they belong in blocking actors. Two
/// threads may use one bucket when they work on different uploads and keys.
class Bucket {
 public:
  virtual ~Bucket() = default;

  /// Starts an upload in which every part but the last has `part_bytes` bytes. `whole`: of the
  /// object that it will be, for buckets that can't digest it themselves.
  [[nodiscard]] virtual Result<UploadId> begin_upload(std::string_view key,
                                                      std::uint64_t part_bytes,
                                                      const ObjectDigests& whole) = 0;
  /// What put_part would say of these bytes, which go nowhere.
  [[nodiscard]] virtual PartInfo describe_part(std::uint32_t number,
                                               std::span<const std::byte> bytes) const = 0;
  /// Stores a part; it is durable on return, and storing it again replaces it.
  [[nodiscard]] virtual Result<PartInfo> put_part(const UploadId& upload, std::uint32_t number,
                                                  std::span<const std::byte> bytes) = 0;
  /// Returns the durable parts in the order of their numbers.
  [[nodiscard]] virtual Result<std::vector<PartInfo>> list_parts(const UploadId& upload) = 0;
  /// Turns the parts into the object, replacing one of the same key in one step.
  /// A part that no longer has its digest is object_corrupt and is forgotten, so that
  /// it can be put again; so is an object that the bucket finds not to be `whole`.
  [[nodiscard]] virtual Result<ObjectInfo> complete_upload(const UploadId& upload,
                                                           std::span<const PartInfo> parts,
                                                           const ObjectDigests& whole) = 0;
  /// Forgets an upload; one that is absent is a success.
  [[nodiscard]] virtual Result<> abort_upload(const UploadId& upload) = 0;
  /// Returns the unfinished uploads whose keys begin with `prefix`, oldest first.
  [[nodiscard]] virtual Result<std::vector<UploadInfo>> list_uploads(std::string_view prefix) = 0;

  /// Absent objects are object_missing.
  [[nodiscard]] virtual Result<ObjectInfo> head(std::string_view key) const = 0;
  /// Fills all of `into` from the object's bytes at `offset`.
  [[nodiscard]] virtual Result<> get(std::string_view key, std::uint64_t offset,
                                     std::span<std::byte> into) const = 0;
  /// Removes an object; one that is absent is a success.
  [[nodiscard]] virtual Result<> remove(std::string_view key) = 0;
  /// Returns the objects whose keys begin with `prefix`, in the order of their keys; their digests
  /// only where they cost nothing.
  [[nodiscard]] virtual Result<std::vector<ObjectInfo>> list(std::string_view prefix) const = 0;
};

/// Keys are 1 to 1023 letters, digits and . _ - / without a leading, trailing or double
/// slash and without a name "." or "..": no key leaves the folder that keeps it.
[[nodiscard]] Result<> check_key(std::string_view key);

}  // namespace ferry
