// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/export.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/crc64.hpp"

namespace ferry {
namespace {

constexpr std::size_t prefix_max = 30;
constexpr std::size_t image_id_max = 42;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_letter_or_digit(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

struct LocalFile {
  Fd fd;
  std::string path;
  std::uint64_t size = 0;
};

Result<LocalFile> open_local(const std::filesystem::path& path) {
  auto fd = open_file(path, O_RDONLY);
  if (!fd) return fail(fd.error());
  const auto end = ::lseek(fd->get(), 0, SEEK_END);
  if (end < 0) return fail(errno_error(Errc::disk_read_failed, "size of " + path.string()));
  if (end == 0) return fail(Errc::invalid_argument, path.string() + " is empty");
  return LocalFile{std::move(*fd), path.string(), static_cast<std::uint64_t>(end)};
}

Result<> read_local(const LocalFile& file, std::span<std::byte> into, std::uint64_t offset) {
  auto done = read_at(file.fd, into.data(), into.size(), offset);
  if (!done) done.error().what = file.path + ": " + done.error().what;
  return done;
}

Result<ObjectDigests> digests_of(const LocalFile& file, const std::stop_token& stop) {
  std::vector<std::byte> buffer(1 * limits::mib);
  Sha256 digest;
  ObjectDigests whole;
  for (std::uint64_t at = 0; at < file.size;) {
    if (stop.stop_requested()) return fail(Errc::canceled, "reading " + file.path);
    const auto piece = std::span{buffer}.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), file.size - at)));
    if (auto done = read_local(file, piece, at); !done) return fail(done.error());
    digest.update(piece);
    whole.crc64 = crc64(piece, whole.crc64);
    at += piece.size();
  }
  whole.sha256 = to_hex(digest.finish());
  return whole;
}

Result<UploadId> find_or_begin(Bucket& bucket, std::string_view key, std::uint64_t part_bytes,
                               const ObjectDigests& whole) {
  auto uploads = bucket.list_uploads(key);
  if (!uploads) return fail(uploads.error());
  for (const auto& upload : *uploads) {
    if (upload.key == key && (upload.part_bytes == part_bytes || upload.part_bytes == 0)) {
      return upload.upload;
    }
  }
  return bucket.begin_upload(key, part_bytes, whole);
}

/// Sends what is missing and returns the parts.
Result<std::vector<PartInfo>> send_parts(Bucket& bucket, const UploadId& upload,
                                         const LocalFile& file, std::uint64_t part_bytes,
                                         const ByteProgress& progress,
                                         const std::stop_token& stop) {
  auto stored = bucket.list_parts(upload);
  if (!stored) return fail(stored.error());
  std::map<std::uint32_t, PartInfo> known;
  for (auto& part : *stored) known.emplace(part.number, std::move(part));
  std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(part_bytes, file.size)));
  std::vector<PartInfo> parts;
  for (std::uint64_t at = 0; at < file.size;) {
    if (stop.stop_requested()) return fail(Errc::canceled, "uploading " + file.path);
    const auto bytes = std::span{buffer}.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), file.size - at)));
    if (auto done = read_local(file, bytes, at); !done) return fail(done.error());
    auto part = bucket.describe_part(static_cast<std::uint32_t>(parts.size() + 1), bytes);
    const auto found = known.find(part.number);
    if (found == known.end() || found->second != part) {
      auto put = bucket.put_part(upload, part.number, bytes);
      if (!put) return fail(put.error());
      crash_point("upload: a part is there, not told");
      if (*put != part) {
        return fail(Errc::object_corrupt, "part " + std::to_string(part.number) + " of " +
                                              file.path + " changed on its way");
      }
    }
    parts.push_back(std::move(part));
    at += bytes.size();
    if (progress) progress(at, file.size);
  }
  return parts;
}

Result<std::string> object_key(std::string_view prefix, std::string_view image_id,
                               std::string_view name) {
  if (auto good = check_prefix(prefix); !good) return fail(good.error());
  if (auto good = check_image_id(image_id); !good) return fail(good.error());
  return std::string{prefix} + '_' + std::string{image_id} + '_' + std::string{name};
}

}  // namespace

Result<ObjectInfo> upload_file(Bucket& bucket, const std::filesystem::path& path,
                               std::string_view key, std::uint64_t part_bytes,
                               const ByteProgress& progress, std::stop_token stop) {
  auto file = open_local(path);
  if (!file) return fail(file.error());
  const auto whole = digests_of(*file, stop);
  if (!whole) return fail(whole.error());
  auto there = bucket.head(key);
  if (there && there->size == file->size && there->sha256 == whole->sha256) return there;
  if (!there && there.error().code != Errc::object_missing &&
      there.error().code != Errc::object_corrupt) {
    return there;
  }
  part_bytes = upload_part_bytes(part_bytes, file->size);
  // The second attempt puts a part again that the bucket found damaged at the end, or the whole if
  // the upload had begun with another file.
  constexpr int attempts = 2;
  Result<ObjectInfo> object = fail(Errc::internal, "no attempt");
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto upload = find_or_begin(bucket, key, part_bytes, *whole);
    if (!upload) return fail(upload.error());
    crash_point("upload: it has begun, no part is there");
    auto sent = send_parts(bucket, *upload, *file, part_bytes, progress, stop);
    if (!sent) return fail(sent.error());
    crash_point("upload: all parts are there, the object is not");
    object = bucket.complete_upload(*upload, *sent, *whole);
    if (object && object->sha256 != whole->sha256) {
      object = fail(Errc::object_corrupt, "object " + std::string{key} + " has SHA-256 " +
                                              object->sha256 + ", " + path.string() + " has " +
                                              whole->sha256);
    }
    if (object || object.error().code != Errc::object_corrupt) break;
  }
  return object;
}

std::uint64_t upload_part_bytes(std::uint64_t part_bytes, std::uint64_t bytes) {
  const auto least = (bytes + parts_max - 1) / parts_max;
  if (part_bytes >= least) return part_bytes;
  return (least + limits::mib - 1) / limits::mib * limits::mib;
}

Result<std::string> image_object_key(std::string_view prefix, std::string_view image_id,
                                     std::uint32_t disk_index) {
  return object_key(prefix, image_id, image_disk_name(disk_index));
}

bool is_attached_name(std::string_view name) {
  return std::ranges::find(attached_names, name) != attached_names.end();
}

Result<std::string> attached_file_key(std::string_view prefix, std::string_view image_id,
                                      std::string_view name) {
  if (!is_attached_name(name)) {
    return fail(Errc::invalid_argument, "no file of this name is kept with an image");
  }
  return object_key(prefix, image_id, name);
}

std::optional<std::string> image_of_object(std::string_view key) {
  const auto first = key.find('_');
  const auto last = key.rfind('_');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto image = key.substr(first + 1, last - first - 1);
  const auto name = key.substr(last + 1);
  if (!object_key(key.substr(0, first), image, name)) return std::nullopt;
  if (is_attached_name(name)) return std::string{image};
  constexpr std::uint32_t disks_looked_for = 64;
  for (std::uint32_t i = 0; i < disks_looked_for; ++i) {
    if (image_disk_name(i) == name) return std::string{image};
  }
  return std::nullopt;
}

std::string image_disk_name(std::uint32_t disk_index) {
  return disk_index == 0 ? "system.qcow2" : "data" + std::to_string(disk_index) + ".qcow2";
}

Result<> check_prefix(std::string_view prefix) {
  if (prefix.empty() || prefix.size() > prefix_max ||
      !std::ranges::all_of(prefix, is_letter_or_digit)) {
    return fail(Errc::invalid_argument,
                "object prefix of " + std::to_string(prefix.size()) + " bytes",
                "use 1 to 30 letters and digits");
  }
  return {};
}

Result<> check_image_id(std::string_view image_id) {
  if (image_id.size() < 3 || image_id.size() > image_id_max || !image_id.starts_with("m-") ||
      !std::ranges::all_of(image_id.substr(2), is_lower_or_digit)) {
    return fail(Errc::invalid_argument,
                "image id of " + std::to_string(image_id.size()) + " bytes is not one of ours",
                "use an id such as m-bp1e2fsl57knvuug3x9a");
  }
  return {};
}

}  // namespace ferry
