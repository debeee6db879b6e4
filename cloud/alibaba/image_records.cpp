// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/image_records.hpp"

#include <algorithm>
#include <tuple>

#include "cloud/json_read.hpp"
#include "cloud/object.hpp"

namespace ferry {
namespace {

constexpr std::string_view records_folder = "edgeferry/images/";
constexpr std::string_view record_name = "image.json";

}  // namespace

std::string ImageRecords::key(std::string_view token, std::string_view name) {
  return std::string{records_folder} + std::string{token} + '/' + std::string{name};
}

Result<> ImageRecords::store(const ImageRecord& record) {
  return put_document(*bucket_, key(record.image.client_token, record_name),
                      to_json(record, true) + "\n");
}

Result<ImageRecord> ImageRecords::read(const std::string& key) const {
  const auto text = get_document(*bucket_, key);
  if (!text) return fail(text.error());
  auto record = record_from_json<ImageRecord>(*text, key);
  const auto token = record ? record->image.client_token : std::string{};
  if (!record || ImageRecords::key(token, record_name) != key) {
    return fail(Errc::registry_unavailable,
                "object " + key + " isn't the record of an image" +
                    (record ? "" : ": " + record.error().what),
                "restore it, or remove it together with the image that it was for");
  }
  return record;
}

Result<std::optional<ImageRecord>> ImageRecords::find(std::string_view token) const {
  auto record = read(key(token, record_name));
  if (record) return std::optional{std::move(*record)};
  if (record.error().code == Errc::object_missing) return std::optional<ImageRecord>{};
  return fail(record.error());
}

Result<std::vector<ImageRecord>> ImageRecords::all() const {
  const auto objects = bucket_->list(records_folder);
  if (!objects) return fail(objects.error());
  std::vector<ImageRecord> records;
  for (const auto& object : *objects) {
    if (!object.key.ends_with('/' + std::string{record_name})) continue;
    auto record = read(object.key);
    if (record) records.push_back(std::move(*record));
    // One that went meanwhile is no error.
    if (!record && record.error().code != Errc::object_missing) return fail(record.error());
  }
  std::ranges::sort(records, [](const auto& a, const auto& b) {
    return std::tie(a.image.created_at, a.image.client_token) <
           std::tie(b.image.created_at, b.image.client_token);
  });
  return records;
}

Result<> ImageRecords::erase(std::string_view token) {
  const auto record = key(token, record_name);
  const auto own = key(token, "");
  const auto uploads = bucket_->list_uploads(own);
  if (!uploads) return fail(uploads.error());
  for (const auto& upload : *uploads) {
    if (auto done = bucket_->abort_upload(upload.upload); !done) return done;
  }
  const auto objects = bucket_->list(own);
  if (!objects) return fail(objects.error());
  for (const auto& object : *objects) {
    if (object.key == record) continue;
    if (auto done = bucket_->remove(object.key); !done) return done;
  }
  return bucket_->remove(record);
}

}  // namespace ferry
