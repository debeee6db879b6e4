// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/store/store_bucket.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "cloud/signing/canonical.hpp"
#include "cloud/signing/mac.hpp"
#include "cloud/store/store_xml.hpp"

namespace ferry {
namespace {

constexpr std::size_t pages_max = 100;  // of 1000 entries
constexpr auto page_entries = "1000";
constexpr std::size_t refusal_bytes_max = 64 * limits::kib;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Upload {
  std::string id;
  std::string key;
};

Result<Upload> split(const UploadId& upload) {
  const auto blank = upload.find(' ');
  if (blank == std::string::npos || blank == 0) {
    return fail(Errc::invalid_argument, "'" + printable(upload) + "' is no upload of this bucket");
  }
  Upload parts{upload.substr(0, blank), upload.substr(blank + 1)};
  if (auto good = check_key(parts.key); !good) return fail(good.error());
  return parts;
}

UploadId joined(const std::string& id, const std::string& key) { return id + ' ' + key; }

/// Of the whole, as S3 makes it of the parts.
std::string etag_of(std::span<const PartInfo> parts) {
  std::string digests;
  for (const auto& part : parts) digests += from_hex(part.digest).value_or("");
  return to_hex(md5(digests)) + '-' + std::to_string(parts.size());
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Error corrupt(const std::string& key, const std::string& what) {
  return {Errc::object_corrupt, "object " + key + ": " + what, {}};
}

/// Asks for page after page; `next` fills in where the next one begins.
template <class T, class Read, class Next>
Result<std::vector<T>> all_pages(const StoreClient& client, StoreCall call, const Read& read,
                                 const Next& next) {
  std::vector<T> all;
  const auto first_query = call.query;
  for (std::size_t page_number = 0; page_number < pages_max; ++page_number) {
    const auto response = client.call(call);
    if (!response) return fail(response.error());
    auto page = read(response->body);
    if (!page) return fail(page.error());
    std::ranges::move(page->entries, std::back_inserter(all));
    if (!page->more) return all;
    // What is cut off would look as if it were not there.
    if (all.size() >= listing_max) break;
    call.query = first_query;
    next(*page, call.query);
  }
  return fail(Errc::bucket_unavailable,
              "bucket " + client.settings().bucket + " lists more than " +
                  std::to_string(listing_max) + " entries",
              "give edgeferry a bucket of its own");
}

}  // namespace

Result<UploadId> StoreBucket::begin_upload(std::string_view key, std::uint64_t part_bytes,
                                           const ObjectDigests& whole) {
  if (auto good = check_key(key); !good) return fail(good.error());
  if (part_bytes < limits::store_part_bytes_min || part_bytes > limits::upload_part_bytes_max) {
    return fail(
        Errc::invalid_argument, "part size of " + human_bytes(part_bytes),
        "choose a part size between 5 MiB and 1 GiB for a bucket of " + client_.settings().host);
  }
  StoreCall call{.method = "POST",
                 .key = std::string{key},
                 .query = {{"uploads", ""}},
                 .headers = {{"content-type", "application/octet-stream"}}};
  if (!whole.sha256.empty()) {
    call.headers.push_back({client_.own_header("meta-sha256"), whole.sha256});
  }
  const auto response = client_.call(call);
  if (!response) return fail(response.error());
  const auto id = upload_id_of(response->body);
  if (!id) return fail(id.error());
  return joined(*id, call.key);
}

PartInfo StoreBucket::describe_part(std::uint32_t number, std::span<const std::byte> bytes) const {
  return {number, bytes.size(), to_hex(md5(text_of(bytes)))};
}

Result<PartInfo> StoreBucket::put_part(const UploadId& upload, std::uint32_t number,
                                       std::span<const std::byte> bytes) {
  const auto where = split(upload);
  if (!where) return fail(where.error());
  if (number < 1 || number > parts_max || bytes.empty() ||
      bytes.size() > limits::upload_part_bytes_max) {
    return fail(Errc::invalid_argument, "part " + std::to_string(number) + " of " +
                                            std::to_string(bytes.size()) + " bytes");
  }
  auto part = describe_part(number, bytes);
  const auto response =
      client_.call({.method = "PUT",
                    .key = where->key,
                    .query = {{"partNumber", std::to_string(number)}, {"uploadId", where->id}},
                    .headers = {{"content-md5", to_base64(*from_hex(part.digest))}},
                    .body = std::string{text_of(bytes)}});
  if (!response) return fail(response.error());
  part.digest = plain_etag(response->header("etag"));
  return part;
}

Result<std::vector<PartInfo>> StoreBucket::list_parts(const UploadId& upload) {
  const auto where = split(upload);
  if (!where) return fail(where.error());
  const auto parts = all_pages<StorePart>(
      client_, {.key = where->key, .query = {{"uploadId", where->id}, {"max-parts", page_entries}}},
      parts_of, [](const auto& page, auto& query) {
        query.push_back({"part-number-marker", page.next});
      });
  if (!parts) return fail(parts.error());
  std::vector<PartInfo> infos;
  for (const auto& part : *parts) {
    if (part.number >= 1 && part.number <= parts_max) {
      infos.push_back({part.number, part.size, part.etag});
    }
  }
  std::ranges::sort(infos, {}, &PartInfo::number);
  return infos;
}

Result<ObjectInfo> StoreBucket::complete_upload(const UploadId& upload,
                                                std::span<const PartInfo> parts,
                                                const ObjectDigests& whole) {
  const auto where = split(upload);
  if (!where) return fail(where.error());
  std::vector<StorePart> listed;
  for (const auto& part : parts) listed.push_back({part.number, part.size, part.digest});
  const auto response = client_.call({.method = "POST",
                                      .key = where->key,
                                      .query = {{"uploadId", where->id}},
                                      .headers = {{"content-type", "application/xml"}},
                                      .body = completion_body(listed)});
  // An answer that was lost, or an upload that somebody else has completed: the object tells.
  if (!response && response.error().code != Errc::object_missing) return fail(response.error());
  if (response) {
    const auto etag = completed_etag_of(response->body);
    if (!etag) return fail(etag.error());
  }
  const auto there = client_.call({.method = "HEAD", .key = where->key});
  if (!there) return fail(response ? there.error() : response.error());
  const auto etag = plain_etag(there->header("etag"));
  if (client_.settings().kind == StoreKind::s3 && etag != etag_of(parts)) {
    return fail(
        corrupt(where->key, "has ETag " + printable(etag) + ", expected " + etag_of(parts)));
  }
  if (client_.settings().kind == StoreKind::oss &&
      there->header("x-oss-hash-crc64ecma") != std::to_string(whole.crc64)) {
    return fail(corrupt(
        where->key, "has CRC-64 " + printable(std::string{there->header("x-oss-hash-crc64ecma")}) +
                        ", expected " + std::to_string(whole.crc64)));
  }
  return ObjectInfo{where->key, number_in(there->header("content-length")),
                    std::string{there->header(client_.own_header("meta-sha256"))}, 0};
}

Result<> StoreBucket::abort_upload(const UploadId& upload) {
  const auto where = split(upload);
  if (!where) return fail(where.error());
  const auto done =
      client_.call({.method = "DELETE", .key = where->key, .query = {{"uploadId", where->id}}});
  if (done || done.error().code == Errc::object_missing) return {};
  return fail(done.error());
}

Result<std::vector<UploadInfo>> StoreBucket::list_uploads(std::string_view prefix) {
  const auto uploads = all_pages<StoreUpload>(
      client_,
      {.query = {{"uploads", ""}, {"prefix", std::string{prefix}}, {"max-uploads", page_entries}}},
      uploads_of, [](const auto& page, auto& query) {
        query.push_back({"key-marker", page.next});
        query.push_back({"upload-id-marker", page.next_upload});
      });
  if (!uploads) return fail(uploads.error());
  std::vector<UploadInfo> infos;
  for (const auto& one : *uploads) {
    // Others' objects may have keys that ours never have.
    if (check_key(one.key)) infos.push_back({joined(one.id, one.key), one.key, 0, one.begun_ms});
  }
  std::ranges::stable_sort(infos, {}, &UploadInfo::created_ms);
  return infos;
}

Result<ObjectInfo> StoreBucket::head(std::string_view key) const {
  if (auto good = check_key(key); !good) return fail(good.error());
  const auto there = client_.call({.method = "HEAD", .key = std::string{key}});
  if (!there) return fail(there.error());
  return ObjectInfo{std::string{key}, number_in(there->header("content-length")),
                    std::string{there->header(client_.own_header("meta-sha256"))}, 0};
}

Result<> StoreBucket::get(std::string_view key, std::uint64_t offset,
                          std::span<std::byte> into) const {
  if (auto good = check_key(key); !good) return fail(good.error());
  if (into.empty()) return {};
  const auto response =
      client_.call({.key = std::string{key},
                    .headers = {{"range", "bytes=" + std::to_string(offset) + '-' +
                                              std::to_string(offset + into.size() - 1)}},
                    .answer_bytes_max = std::max(into.size(), refusal_bytes_max)});
  if (!response) return fail(response.error());
  if (response->status != 206 || response->body.size() != into.size()) {
    return fail(corrupt(std::string{key}, "gave " + std::to_string(response->body.size()) +
                                              " bytes from " + std::to_string(offset) + ", not " +
                                              std::to_string(into.size())));
  }
  std::ranges::copy(std::as_bytes(std::span{response->body}), into.begin());
  return {};
}

Result<> StoreBucket::remove(std::string_view key) {
  if (auto good = check_key(key); !good) return fail(good.error());
  const auto done = client_.call({.method = "DELETE", .key = std::string{key}});
  if (done || done.error().code == Errc::object_missing) return {};
  return fail(done.error());
}

Result<std::vector<ObjectInfo>> StoreBucket::list(std::string_view prefix) const {
  const auto objects = all_pages<StoreObject>(
      client_,
      {.query = {{"list-type", "2"}, {"prefix", std::string{prefix}}, {"max-keys", page_entries}}},
      objects_of, [](const auto& page, auto& query) {
        query.push_back({"continuation-token", page.next});
      });
  if (!objects) return fail(objects.error());
  std::vector<ObjectInfo> infos;
  for (const auto& one : *objects) infos.push_back({one.key, one.size, {}, one.modified_ms});
  std::ranges::sort(infos, {}, &ObjectInfo::key);
  return infos;
}

}  // namespace ferry
