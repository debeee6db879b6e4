// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The multipart uploads of a folder bucket. The order of writes is the point: bytes
// durable, then the record that says so, so a record that is there can be trusted.
#include <algorithm>
#include <cctype>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/folder_bucket.hpp"
#include "cloud/folder_lock.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t record_bytes_max = 64 << 10;

fs::path part_path(const fs::path& folder, std::uint32_t number) {
  return folder / "parts" / (std::to_string(number) + ".json");
}

Result<PartInfo> read_part(const fs::path& path) {
  auto text = read_file(path, record_bytes_max);
  if (!text) return fail(text.error());
  return record_from_json<PartInfo>(*text, path.string());
}

/// All parts but the last have the upload's part size, and none is left out.
Result<std::uint64_t> whole_size(const UploadInfo& about, std::span<const PartInfo> parts) {
  std::uint64_t size = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const auto& part = parts[i];
    if (part.number != i + 1 || part.size == 0 || part.size > about.part_bytes ||
        (!last && part.size != about.part_bytes)) {
      return fail(Errc::invalid_argument,
                  "upload " + about.upload + " of " + about.key + ": part " +
                      std::to_string(part.number) + " of " + std::to_string(part.size) +
                      " bytes leaves a gap in position " + std::to_string(i + 1),
                  "put the parts 1, 2, ... of " + std::to_string(about.part_bytes) +
                      " bytes, only the last may be shorter");
    }
    size += part.size;
  }
  if (size == 0) return fail(Errc::invalid_argument, "upload " + about.upload + " has no parts");
  return size;
}

}  // namespace

Result<UploadId> FolderBucket::begin_upload(std::string_view key, std::uint64_t part_bytes,
                                            const ObjectDigests&) {
  if (auto good = check_key(key); !good) return fail(good.error());
  if (part_bytes < part_bytes_min || part_bytes > limits::upload_part_bytes_max) {
    return fail(Errc::invalid_argument, "part size of " + std::to_string(part_bytes) + " bytes",
                "choose a part size between 4 KiB and 1 GiB");
  }
  const UploadInfo about{random_id("u"), std::string{key}, part_bytes, wall_ms()};
  const auto folder = root_ / "uploads" / about.upload;
  // Under the lock, because whoever holds it takes a folder without upload.json for debris.
  auto lock = FolderLock::take(root_);
  if (!lock) return unavailable(lock.error());
  if (auto done = make_folder(folder / "parts", 0755); !done) return unavailable(done.error());
  auto data = open_file(folder / "data", O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (!data) return unavailable(data.error());
  crash_point("bucket: a folder for an upload is there, the upload is not");
  // Without upload.json the upload does not exist, so it is written last.
  auto done = write_file_durably(folder / "upload.json", to_json(about), 0644);
  if (done) done = sync_folder(root_ / "uploads");
  if (!done) return unavailable(done.error());
  return about.upload;
}

PartInfo FolderBucket::describe_part(std::uint32_t number, std::span<const std::byte> bytes) const {
  Sha256 digest;
  digest.update(bytes);
  return {number, bytes.size(), to_hex(digest.finish())};
}

Result<PartInfo> FolderBucket::put_part(const UploadId& upload, std::uint32_t number,
                                        std::span<const std::byte> bytes) {
  auto about = read_upload(upload);
  if (!about) return fail(about.error());
  if (number < 1 || number > parts_max || bytes.empty() || bytes.size() > about->part_bytes) {
    return fail(Errc::invalid_argument, "part " + std::to_string(number) + " of " +
                                            std::to_string(bytes.size()) + " bytes, part size " +
                                            std::to_string(about->part_bytes));
  }
  const auto folder = root_ / "uploads" / upload;
  PartInfo part = describe_part(number, bytes);

  const auto record = part_path(folder, number);
  auto stored = read_part(record);
  const bool same = stored && *stored == part;
  if (!same && ::unlink(record.c_str()) == 0) {
    // An old record must be gone before its bytes change.
    if (auto done = sync_folder(folder / "parts"); !done) return unavailable(done.error());
  }
  auto data = open_file(folder / "data", O_WRONLY | O_NOFOLLOW);
  if (!data) return unavailable(data.error());
  const auto offset = (number - 1) * about->part_bytes;
  if (auto done = write_at(*data, bytes.data(), bytes.size(), offset); !done) {
    return unavailable(done.error());
  }
  if (::fdatasync(data->get()) != 0) {
    return unavailable(errno_error(Errc::disk_write_failed, "fdatasync"));
  }
  if (same) return part;
  crash_point("bucket: a part is durable, its record is not");
  if (auto done = write_file_durably(record, to_json(part), 0644); !done) {
    return unavailable(done.error());
  }
  return part;
}

Result<std::vector<PartInfo>> FolderBucket::list_parts(const UploadId& upload) {
  auto about = read_upload(upload);
  if (!about) return fail(about.error());
  std::vector<PartInfo> parts;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{root_ / "uploads" / upload / "parts", error}) {
    if (entry.path().extension() != ".json" || parts.size() == parts_max) continue;
    auto part = read_part(entry.path());
    const bool good = part && part->number >= 1 && part->number <= parts_max && part->size >= 1 &&
                      part->size <= about->part_bytes &&
                      entry.path().stem() == std::to_string(part->number);
    // A damaged record counts as no part: the uploader then puts the part again.
    if (good) parts.push_back(std::move(*part));
  }
  if (error) return unavailable({Errc::bucket_unavailable, error.message(), {}});
  std::ranges::sort(parts, {}, &PartInfo::number);
  return parts;
}

Result<ObjectInfo> FolderBucket::complete_upload(const UploadId& upload,
                                                 std::span<const PartInfo> parts,
                                                 const ObjectDigests&) {
  auto about = read_upload(upload);
  if (!about) return fail(about.error());
  auto size = whole_size(*about, parts);
  if (!size) return fail(size.error());
  auto stored = list_parts(upload);
  if (!stored) return fail(stored.error());
  for (const auto& part : parts) {
    const auto found = std::ranges::lower_bound(*stored, part.number, {}, &PartInfo::number);
    if (found == stored->end() || *found != part) {
      return fail(Errc::invalid_argument, "upload " + upload + " of " + about->key +
                                              " does not hold part " + std::to_string(part.number) +
                                              " as listed");
    }
  }
  const auto folder = root_ / "uploads" / upload;
  // Parts beyond the list, from a longer file of the past, are cut off.
  if (::truncate((folder / "data").c_str(), static_cast<off_t>(*size)) != 0) {
    return unavailable(errno_error(Errc::disk_write_failed, "truncate"));
  }
  auto digest = digest_of_parts(folder, *about, parts);
  if (!digest) return fail(digest.error());
  const ObjectInfo info{about->key, *size, std::move(*digest), wall_ms()};
  auto lock = FolderLock::take(root_);
  if (!lock) return unavailable(lock.error());
  if (auto done = write_file_durably(folder / "commit.json", to_json(info), 0644); !done) {
    return unavailable(done.error());
  }
  crash_point("bucket: an object is promised, it is not there");
  if (auto done = finish_commit(folder); !done) return fail(done.error());
  return info;
}

Result<std::string> FolderBucket::digest_of_parts(const fs::path& folder, const UploadInfo& about,
                                                  std::span<const PartInfo> parts) const {
  auto data = open_file(folder / "data", O_RDWR | O_NOFOLLOW);
  if (!data) return unavailable(data.error());
  std::vector<std::byte> buffer(1 * limits::mib);
  Sha256 whole;
  Sha256 one;
  for (const auto& part : parts) {
    for (std::uint64_t done = 0; done < part.size;) {
      const auto piece = std::span{buffer}.first(
          static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), part.size - done)));
      const auto offset = (part.number - 1) * about.part_bytes + done;
      if (auto got = read_at(*data, piece.data(), piece.size(), offset); !got) {
        return unavailable(got.error());
      }
      whole.update(piece);
      one.update(piece);
      done += piece.size();
    }
    if (to_hex(one.finish()) != part.digest) {
      ::unlink(part_path(folder, part.number).c_str());
      return fail(Errc::object_corrupt, "part " + std::to_string(part.number) + " of " + about.key +
                                            " in " + root_.string() + " no longer has its digest");
    }
  }
  // The cut above must be durable before the object is promised.
  if (::fsync(data->get()) != 0) return unavailable(errno_error(Errc::disk_write_failed, "fsync"));
  return to_hex(whole.finish());
}

Result<> FolderBucket::abort_upload(const UploadId& upload) {
  auto folder = upload_folder(upload);
  if (!folder) return fail(folder.error());
  auto lock = FolderLock::take(root_);
  if (!lock) return unavailable(lock.error());
  std::error_code error;
  // A promised object is delivered; only its upload is forgotten.
  if (fs::exists(*folder / "commit.json", error)) return finish_commit(*folder);
  fs::remove(*folder / "upload.json", error);
  crash_point("bucket: an upload is forgotten, its parts are there");
  fs::remove_all(*folder, error);
  if (error) return unavailable({Errc::bucket_unavailable, error.message(), {}});
  return {};
}

Result<std::vector<UploadInfo>> FolderBucket::list_uploads(std::string_view prefix) {
  std::vector<UploadInfo> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{root_ / "uploads", error}) {
    auto about = read_upload(entry.path().filename().string());
    if (about && about->key.starts_with(prefix) && found.size() < listing_max) {
      found.push_back(std::move(*about));
    }
  }
  if (error) return unavailable({Errc::bucket_unavailable, error.message(), {}});
  std::ranges::sort(found, {}, &UploadInfo::created_ms);
  return found;
}

Result<fs::path> FolderBucket::upload_folder(const UploadId& upload) const {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
  if (upload.size() != 22 || !upload.starts_with("u-") || !std::ranges::all_of(upload, plain)) {
    return fail(Errc::invalid_argument,
                "upload id of " + std::to_string(upload.size()) + " bytes is not one of ours");
  }
  return root_ / "uploads" / upload;
}

Result<UploadInfo> FolderBucket::read_upload(const UploadId& upload) const {
  auto folder = upload_folder(upload);
  if (!folder) return fail(folder.error());
  std::error_code error;
  if (!fs::exists(*folder / "upload.json", error)) {
    return fail(Errc::object_missing, "upload " + upload + " in " + root_.string(),
                "begin a new upload");
  }
  auto text = read_file(*folder / "upload.json", record_bytes_max);
  if (!text) return unavailable(text.error());
  auto about = record_from_json<UploadInfo>(*text, (*folder / "upload.json").string());
  if (!about) return fail(about.error());
  if (about->upload != upload || !check_key(about->key) || about->part_bytes < part_bytes_min ||
      about->part_bytes > limits::upload_part_bytes_max) {
    return fail(Errc::object_corrupt,
                "upload " + upload + " in " + root_.string() + ": its description is damaged");
  }
  return about;
}

}  // namespace ferry
