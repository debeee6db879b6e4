// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cloud_emulator/object_store.hpp"

#include <algorithm>
#include <cctype>

#include <fcntl.h>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/crc64.hpp"
#include "cloud/signing/mac.hpp"
#include "tests/cloud_emulator/object_files.hpp"

namespace ferry::emulator {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_bytes_max = 1023;
constexpr std::uint64_t part_bytes_min = 100 * 1024;  // but of the last part
constexpr std::size_t copy_step_bytes = 1 << 20;

std::string upper_hex(std::string_view bytes) {
  auto hex = to_hex(bytes);
  std::ranges::transform(hex, hex.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return hex;
}

bool is_bucket_name(std::string_view name) {
  const auto is_end = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() >= 3 && name.size() <= 63 && is_end(name.front()) && is_end(name.back()) &&
         std::ranges::all_of(name, [&](char c) { return is_end(c) || c == '-'; });
}

tl::unexpected<Refusal> trouble(const Error& error) {
  return refuse(500, "InternalError", to_string(error));
}
tl::unexpected<Refusal> no_key() {
  return refuse(404, "NoSuchKey", "The specified key does not exist.");
}

}  // namespace

bool is_object_name(std::string_view key) {
  return !key.empty() && key.size() <= key_bytes_max && key.front() != '/' && key.front() != '\\' &&
         escaped(key) == key;
}

ObjectStore::ObjectStore(fs::path folder) : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  buckets_ = read_buckets(folder_);
}

fs::path ObjectStore::data(const std::string& bucket) const { return folder_ / bucket / "data"; }

// -- buckets ------------------------------------------------------------------------------

Outcome<> ObjectStore::make_bucket(const std::string& name, const std::string& region) {
  const std::lock_guard lock{mutex_};
  if (!is_bucket_name(name)) {
    return refuse(400, "InvalidBucketName", "The specified bucket is not valid.");
  }
  if (const auto there = buckets_.find(name); there != buckets_.end()) {
    if (there->second.region == region) return {};
    return refuse(409, "BucketAlreadyExists",
                  "The requested bucket name is not available. Please select a different name.");
  }
  for (const auto* part : {"objects", "uploads", "data"}) {
    fs::create_directories(folder_ / name / part);
  }
  const auto now = wall_ms();
  if (auto done = replace(folder_ / name / "bucket.json", {{"region", region}, {"made_ms", now}});
      !done) {
    return done;
  }
  buckets_[name] = {name, region, now, {}, {}};
  return {};
}

Outcome<> ObjectStore::remove_bucket(const std::string& name) {
  const std::lock_guard lock{mutex_};
  const auto bucket = find(name);
  if (!bucket) return refuse(bucket.error());
  if (!(*bucket)->objects.empty() || !(*bucket)->uploads.empty()) {
    return refuse(409, "BucketNotEmpty", "The bucket has objects. Please delete them first.");
  }
  buckets_.erase(name);
  fs::remove_all(folder_ / name);
  return {};
}

Outcome<Bucket*> ObjectStore::find(const std::string& name) {
  const auto found = buckets_.find(name);
  if (found != buckets_.end()) return &found->second;
  return refuse(404, "NoSuchBucket", "The specified bucket does not exist.");
}

Outcome<Bucket> ObjectStore::bucket(const std::string& name) const {
  const std::lock_guard lock{mutex_};
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    return refuse(404, "NoSuchBucket", "The specified bucket does not exist.");
  }
  return Bucket{name, found->second.region, found->second.made_ms, {}, {}};
}

std::vector<Bucket> ObjectStore::buckets() const {
  const std::lock_guard lock{mutex_};
  std::vector<Bucket> all;
  for (const auto& [name, one] : buckets_) all.push_back({name, one.region, one.made_ms, {}, {}});
  return all;
}

// -- objects ------------------------------------------------------------------------------

Outcome<Bytes> ObjectStore::write(const std::string& bucket, std::string_view bytes) {
  Bytes written{random_id("b"), bytes.size(), upper_hex(md5(bytes)),
                crc64(std::as_bytes(std::span{bytes})), wall_ms()};
  const auto fd = open_file(data(bucket) / written.file, O_WRONLY | O_CREAT | O_EXCL);
  if (!fd) return trouble(fd.error());
  if (auto done = write_at(*fd, bytes.data(), bytes.size(), 0); !done) return trouble(done.error());
  return written;
}

void ObjectStore::forget_bytes(const std::string& bucket, const Bytes& bytes) {
  std::error_code ignored;  // the next start removes what nothing names
  fs::remove(data(bucket) / bytes.file, ignored);
}

Outcome<> ObjectStore::keep(const std::string& bucket, const Object& object) {
  return replace(object_file(folder_ / bucket, object.key), json_of(object));
}

Outcome<Object> ObjectStore::commit(const std::string& name, Object object) {
  const auto bucket = find(name);
  if (!bucket) return refuse(bucket.error());
  if (auto done = keep(name, object); !done) return refuse(done.error());
  auto& objects = (*bucket)->objects;
  if (const auto before = objects.find(object.key); before != objects.end()) {
    forget_bytes(name, before->second.bytes);
  }
  objects[object.key] = object;
  return object;
}

Outcome<Object> ObjectStore::put(const std::string& bucket, const std::string& key,
                                 std::string_view bytes,
                                 const std::map<std::string, std::string>& headers,
                                 bool forbid_overwrite) {
  const std::lock_guard lock{mutex_};
  const auto found = find(bucket);
  if (!found) return refuse(found.error());
  if (forbid_overwrite && (*found)->objects.contains(key)) {
    return refuse(409, "FileAlreadyExists", "The object you specified already exists.");
  }
  auto written = write(bucket, bytes);
  if (!written) return refuse(written.error());
  return commit(bucket, {key, *written, false, headers});
}

Outcome<Object> ObjectStore::head(const std::string& bucket, const std::string& key) const {
  const std::lock_guard lock{mutex_};
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) {
    return refuse(404, "NoSuchBucket", "The specified bucket does not exist.");
  }
  const auto object = found->second.objects.find(key);
  if (object == found->second.objects.end()) return no_key();
  return object->second;
}

Outcome<std::shared_ptr<const Fd>> ObjectStore::open(const std::string& bucket,
                                                     const Object& object) const {
  auto fd = open_file(data(bucket) / object.bytes.file, O_RDONLY);
  if (!fd) return no_key();  // replaced or removed in between
  return std::make_shared<const Fd>(std::move(*fd));
}

Outcome<> ObjectStore::remove(const std::string& name, const std::string& key) {
  const std::lock_guard lock{mutex_};
  const auto bucket = find(name);
  if (!bucket) return refuse(bucket.error());
  const auto object = (*bucket)->objects.find(key);
  if (object == (*bucket)->objects.end()) return {};
  std::error_code error;
  fs::remove(object_file(folder_ / name, key), error);
  if (error) return refuse(500, "InternalError", error.message());
  forget_bytes(name, object->second.bytes);
  (*bucket)->objects.erase(object);
  return {};
}

std::vector<Object> ObjectStore::objects(const std::string& bucket) const {
  const std::lock_guard lock{mutex_};
  std::vector<Object> all;
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return all;
  for (const auto& [key, object] : found->second.objects) all.push_back(object);
  return all;
}

// -- uploads in parts ---------------------------------------------------------------------

Outcome<> ObjectStore::keep(const std::string& bucket, const Upload& upload) {
  return replace(upload_file(folder_ / bucket, upload.id), json_of(upload));
}

Outcome<Upload*> ObjectStore::find_upload(const std::string& bucket, const std::string& key,
                                          const std::string& id) {
  const auto found = find(bucket);
  if (!found) return refuse(found.error());
  const auto upload = (*found)->uploads.find(id);
  if (upload != (*found)->uploads.end() && upload->second.key == key) return &upload->second;
  return refuse(404, "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload "
                "may have been aborted or completed.");
}

Outcome<Upload> ObjectStore::begin(const std::string& bucket, const std::string& key,
                                   const std::map<std::string, std::string>& headers) {
  const std::lock_guard lock{mutex_};
  const auto found = find(bucket);
  if (!found) return refuse(found.error());
  const Upload upload{upper_hex(random_bytes(16)), key, wall_ms(), headers, {}};
  if (auto done = keep(bucket, upload); !done) return refuse(done.error());
  (*found)->uploads[upload.id] = upload;
  return upload;
}

Outcome<Bytes> ObjectStore::put_part(const std::string& bucket, const std::string& key,
                                     const std::string& id, std::uint32_t number,
                                     std::string_view bytes) {
  const std::lock_guard lock{mutex_};
  const auto upload = find_upload(bucket, key, id);
  if (!upload) return refuse(upload.error());
  auto written = write(bucket, bytes);
  if (!written) return written;
  auto changed = **upload;
  changed.parts[number] = *written;
  if (auto done = keep(bucket, changed); !done) return refuse(done.error());
  if (const auto before = (*upload)->parts.find(number); before != (*upload)->parts.end()) {
    forget_bytes(bucket, before->second);
  }
  **upload = std::move(changed);
  return written;
}

Outcome<Upload> ObjectStore::upload(const std::string& bucket, const std::string& key,
                                    const std::string& id) {
  const std::lock_guard lock{mutex_};
  const auto upload = find_upload(bucket, key, id);
  if (!upload) return refuse(upload.error());
  return **upload;
}

Outcome<Bytes> ObjectStore::joined(const std::string& bucket, const std::vector<Bytes>& parts) {
  Bytes whole{random_id("b"), 0, {}, 0, wall_ms()};
  const auto to = open_file(data(bucket) / whole.file, O_WRONLY | O_CREAT | O_EXCL);
  if (!to) return trouble(to.error());
  std::string digests;
  std::vector<std::byte> buffer(copy_step_bytes);
  for (const auto& part : parts) {
    const auto from = open_file(data(bucket) / part.file, O_RDONLY);
    if (!from) return trouble(from.error());
    for (std::uint64_t at = 0; at < part.size; at += copy_step_bytes) {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(copy_step_bytes, part.size - at));
      if (auto done = read_at(*from, buffer.data(), size, at); !done) return trouble(done.error());
      if (auto done = write_at(*to, buffer.data(), size, whole.size); !done) {
        return trouble(done.error());
      }
      whole.crc64 = crc64(std::span{buffer}.first(size), whole.crc64);
      whole.size += size;
    }
    digests += from_hex(part.etag).value_or("");
  }
  whole.etag = upper_hex(md5(digests)) + '-' + std::to_string(parts.size());
  return whole;
}

Outcome<Object> ObjectStore::complete(const std::string& bucket, const std::string& key,
                                      const std::string& id,
                                      const std::map<std::uint32_t, std::string>& wanted) {
  std::unique_lock lock{mutex_};
  auto found = find_upload(bucket, key, id);
  if (!found) return refuse(found.error());
  const auto upload = **found;
  std::vector<Bytes> parts;
  for (const auto& [number, etag] : wanted) {
    const auto part = upload.parts.find(number);
    if (part == upload.parts.end() || (!etag.empty() && part->second.etag != etag)) {
      return refuse(400, "InvalidPart",
                    "One or more of the specified parts could not be found or the specified "
                    "entity tag might not have matched the part's entity tag.");
    }
    parts.push_back(part->second);
  }
  if (parts.empty()) return refuse(400, "MalformedXML", "The XML you provided has no part.");
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i].size < part_bytes_min) {
      return refuse(400, "EntityTooSmall",
                    "Your proposed upload smaller than the minimum allowed size.");
    }
  }
  lock.unlock();  // others go on while gigabytes are copied
  auto whole = joined(bucket, parts);
  lock.lock();
  found = find_upload(bucket, key, id);  // somebody may have completed or aborted it
  if (whole && !found) forget_bytes(bucket, *whole);
  if (!whole) return refuse(whole.error());
  if (!found) return refuse(found.error());
  auto object = commit(bucket, {key, *whole, true, upload.headers});
  if (object) forget(bucket, upload);
  return object;
}

void ObjectStore::forget(const std::string& bucket, const Upload& upload) {
  std::error_code ignored;
  fs::remove(upload_file(folder_ / bucket, upload.id), ignored);
  for (const auto& [number, bytes] : upload.parts) forget_bytes(bucket, bytes);
  buckets_.at(bucket).uploads.erase(upload.id);
}

Outcome<> ObjectStore::abort(const std::string& bucket, const std::string& key,
                             const std::string& id) {
  const std::lock_guard lock{mutex_};
  const auto upload = find_upload(bucket, key, id);
  if (!upload) return refuse(upload.error());
  forget(bucket, Upload{**upload});
  return {};
}

std::vector<Upload> ObjectStore::uploads(const std::string& bucket) const {
  const std::lock_guard lock{mutex_};
  std::vector<Upload> all;
  const auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return all;
  for (const auto& [id, upload] : found->second.uploads) all.push_back(upload);
  return all;
}

}  // namespace ferry::emulator
