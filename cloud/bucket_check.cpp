// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/bucket_check.hpp"

#include <algorithm>
#include <span>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/crc64.hpp"

namespace ferry {
namespace {

constexpr std::string_view check_folder = "edgeferry-check/";
constexpr std::int64_t old_ms = 3'600'000;
constexpr std::size_t small_bytes = 4 * limits::kib;

class Trials {
 public:
  explicit Trials(Bucket& bucket) : bucket_(bucket) {}

  Result<> look();
  Result<> put_small() { return upload(small_, {small_.size()}); }
  Result<> put_in_parts() { return upload(large_, {part_bytes_, small_bytes}); }
  Result<> read() const;
  Result<> list() const;
  Result<> give_up();
  Result<> remove();
  /// Whatever is left after a failure.
  void tidy();

 private:
  Result<UploadId> begin(const std::string& bytes) const;
  Result<> upload(const std::string& bytes, const std::vector<std::size_t>& sizes);
  [[nodiscard]] std::string key_of(const std::string& bytes) const {
    return name_ + (&bytes == &small_ ? "-small" : "-large");
  }

  Bucket& bucket_;
  std::size_t part_bytes_ = limits::store_part_bytes_min;
  std::string name_ = std::string{check_folder} + random_id("c");
  std::string small_ = random_bytes(small_bytes);
  std::string large_ = random_bytes(part_bytes_ + small_bytes);
};

std::span<const std::byte> span_of(std::string_view bytes) {
  return std::as_bytes(std::span{bytes.data(), bytes.size()});
}

ObjectDigests digests_of(const std::string& bytes) {
  const auto digest = sha256(bytes);
  return {to_hex(std::as_bytes(std::span{digest})), crc64(span_of(bytes))};
}

tl::unexpected<Error> wrong(std::string what) {
  return fail(Errc::bucket_unavailable, std::move(what),
              "use a bucket whose service keeps to the words of OSS or S3");
}

Result<> Trials::look() {
  const auto objects = bucket_.list(check_folder);
  if (!objects) return fail(objects.error());
  const auto uploads = bucket_.list_uploads(check_folder);
  if (!uploads) return fail(uploads.error());
  const auto long_ago = wall_ms() - old_ms;
  for (const auto& object : *objects) {
    if (object.modified_ms > long_ago) continue;
    if (auto done = bucket_.remove(object.key); !done) return done;
  }
  for (const auto& one : *uploads) {
    if (one.created_ms > long_ago) continue;
    if (auto done = bucket_.abort_upload(one.upload); !done) return done;
  }
  return {};
}

Result<UploadId> Trials::begin(const std::string& bytes) const {
  return bucket_.begin_upload(key_of(bytes), part_bytes_, digests_of(bytes));
}

Result<> Trials::upload(const std::string& bytes, const std::vector<std::size_t>& sizes) {
  const auto upload = begin(bytes);
  if (!upload) return fail(upload.error());
  std::vector<PartInfo> parts;
  std::size_t at = 0;
  for (const auto size : sizes) {
    auto part = bucket_.put_part(*upload, static_cast<std::uint32_t>(parts.size() + 1),
                                 span_of(bytes).subspan(at, size));
    if (!part) return fail(part.error());
    parts.push_back(std::move(*part));
    at += size;
  }
  const auto listed = bucket_.list_parts(*upload);
  if (!listed) return fail(listed.error());
  if (*listed != parts) return wrong("the bucket tells other parts than it was given");
  auto object = bucket_.complete_upload(*upload, parts, digests_of(bytes));
  if (!object) return fail(object.error());
  return {};
}

Result<> Trials::read() const {
  for (const auto* bytes : {&small_, &large_}) {
    const auto object = bucket_.head(key_of(*bytes));
    if (!object) return fail(object.error());
    if (object->size != bytes->size() || object->sha256 != digests_of(*bytes).sha256) {
      return wrong("the bucket tells another size or SHA-256 of " + object->key);
    }
    std::string end(small_bytes, '\0');
    auto done = bucket_.get(object->key, bytes->size() - end.size(),
                            std::as_writable_bytes(std::span{end}));
    if (!done) return done;
    if (!bytes->ends_with(end)) return wrong("other bytes came back of " + object->key);
  }
  return {};
}

Result<> Trials::list() const {
  const auto objects = bucket_.list(name_);
  if (!objects) return fail(objects.error());
  if (objects->size() != 2) return wrong("the bucket doesn't list what was put there just now");
  return {};
}

Result<> Trials::give_up() {
  const auto upload = begin(small_);
  if (!upload) return fail(upload.error());
  if (auto part = bucket_.put_part(*upload, 1, span_of(small_)); !part) return fail(part.error());
  auto uploads = bucket_.list_uploads(name_);
  if (!uploads) return fail(uploads.error());
  if (uploads->size() != 1) return wrong("the bucket doesn't list an upload that has begun");
  if (auto done = bucket_.abort_upload(*upload); !done) return done;
  uploads = bucket_.list_uploads(name_);
  if (!uploads) return fail(uploads.error());
  if (!uploads->empty()) return wrong("the bucket lists an upload that was given up");
  return {};
}

Result<> Trials::remove() {
  for (const auto* bytes : {&small_, &large_}) {
    if (auto done = bucket_.remove(key_of(*bytes)); !done) return done;
  }
  const auto left = bucket_.list(name_);
  if (!left) return fail(left.error());
  if (!left->empty()) return wrong("the bucket still lists what was removed");
  return {};
}

void Trials::tidy() {
  if (const auto uploads = bucket_.list_uploads(name_)) {
    for (const auto& one : *uploads) static_cast<void>(bucket_.abort_upload(one.upload));
  }
  for (const auto* bytes : {&small_, &large_}) static_cast<void>(bucket_.remove(key_of(*bytes)));
}

}  // namespace

BucketCheck check_bucket(Bucket& bucket) {
  Trials trials{bucket};
  struct Trial {
    const char* what;
    std::function<Result<>()> run;
  };
  const std::vector<Trial> all{
      {"list its objects and uploads", [&] { return trials.look(); }},
      {"upload an object of one part", [&] { return trials.put_small(); }},
      {"upload an object of two parts", [&] { return trials.put_in_parts(); }},
      {"read both", [&] { return trials.read(); }},
      {"list both", [&] { return trials.list(); }},
      {"give an upload up", [&] { return trials.give_up(); }},
      {"remove both objects", [&] { return trials.remove(); }},
  };
  BucketCheck check;
  for (const auto& trial : all) {
    const auto done = trial.run();
    if (!done) {
      trials.tidy();
      check.failed = trial.what;
      check.error = done.error();
      return check;
    }
    check.fine.emplace_back(trial.what);
  }
  return check;
}

}  // namespace ferry
