// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/object.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/crc64.hpp"
#include "cloud/export.hpp"

namespace ferry {
namespace {

constexpr std::uint64_t part_bytes = 8 * limits::mib;  // above the least of every store

/// What a killed call has left goes, as nobody would look for it.
Result<UploadId> begin(Bucket& bucket, std::string_view key, std::uint64_t bytes,
                       const ObjectDigests& whole) {
  auto uploads = bucket.list_uploads(key);
  if (!uploads) return fail(uploads.error());
  for (const auto& upload : *uploads) {
    if (upload.key != key) continue;
    if (auto done = bucket.abort_upload(upload.upload); !done) return fail(done.error());
  }
  return bucket.begin_upload(key, bytes, whole);
}

}  // namespace

Result<> put_document(Bucket& bucket, std::string_view key, std::string_view bytes) {
  if (bytes.empty() || bytes.size() > document_bytes_max) {
    return fail(Errc::invalid_argument,
                std::string{key} + " of " + std::to_string(bytes.size()) + " bytes");
  }
  const auto span = std::as_bytes(std::span{bytes});
  const ObjectDigests whole{to_hex(sha256(bytes)), crc64(span)};
  const auto upload = begin(bucket, key, part_bytes, whole);
  if (!upload) return fail(upload.error());
  const auto part = bucket.put_part(*upload, 1, span);
  if (!part) return fail(part.error());
  const auto object = bucket.complete_upload(*upload, {&*part, 1}, whole);
  return object ? Result<>{} : fail(object.error());
}

Result<std::string> get_document(const Bucket& bucket, std::string_view key) {
  const auto info = bucket.head(key);
  if (!info) return fail(info.error());
  if (info->size > document_bytes_max) {
    return fail(Errc::object_corrupt,
                std::string{key} + " has " + std::to_string(info->size) + " bytes");
  }
  std::string bytes(info->size, '\0');
  if (auto done = bucket.get(key, 0, std::as_writable_bytes(std::span{bytes})); !done) {
    return fail(done.error());
  }
  return bytes;
}

Result<ObjectInfo> copy_object(Bucket& bucket, std::string_view from, std::string_view digest,
                               std::string_view to, const std::stop_token& stop) {
  const auto info = bucket.head(from);
  if (!info) return fail(info.error());
  const auto piece_bytes = upload_part_bytes(part_bytes, info->size);
  std::vector<std::byte> buffer(std::min<std::uint64_t>(piece_bytes, info->size));
  ObjectDigests whole{std::string{digest}, 0};
  const auto upload = begin(bucket, to, piece_bytes, whole);
  if (!upload) return fail(upload.error());
  Sha256 found;
  std::vector<PartInfo> parts;
  for (std::uint64_t at = 0; at < info->size; at += piece_bytes) {
    if (stop.stop_requested()) return fail(Errc::canceled, "copying " + std::string{from});
    const auto piece =
        std::span{buffer}.first(std::min<std::uint64_t>(buffer.size(), info->size - at));
    if (auto done = bucket.get(from, at, piece); !done) return fail(done.error());
    found.update(piece);
    whole.crc64 = crc64(piece, whole.crc64);
    auto part = bucket.put_part(*upload, static_cast<std::uint32_t>(parts.size() + 1), piece);
    if (!part) return fail(part.error());
    parts.push_back(std::move(*part));
  }
  if (to_hex(found.finish()) != digest) {
    if (auto done = bucket.abort_upload(*upload); !done) return fail(done.error());
    return fail(Errc::object_corrupt, "object " + std::string{from} + " isn't what was put there",
                "remove the object and export it again");
  }
  return bucket.complete_upload(*upload, parts, whole);
}

}  // namespace ferry
