// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/exported_disk.hpp"

#include <algorithm>
#include <vector>

#include <fcntl.h>

#include "base/file.hpp"
#include "cloud/image_file.hpp"
#include "cloud/raw_archive.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 4 * limits::mib;
/// Of a qcow2 file beside its disk's bytes: tables, less than a thousandth, and the header.
constexpr std::uint64_t tables_share = 512;
constexpr std::uint64_t header_bytes_max = 16 * limits::mib;

/// A file that is gone with its object.
struct Temporary {
  fs::path path;
  explicit Temporary(fs::path where) : path(std::move(where)) {}
  ~Temporary() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
};

Result<> download(const Bucket& bucket, const ObjectInfo& object, const fs::path& file,
                  const ByteProgress& progress, const std::stop_token& stop) {
  const auto fd = open_file(file, O_WRONLY | O_CREAT | O_TRUNC);
  if (!fd) return fail(fd.error());
  std::vector<std::byte> buffer(piece_bytes);
  for (std::uint64_t at = 0; at < object.size;) {
    if (stop.stop_requested()) return fail(Errc::canceled, "fetching " + object.key);
    const auto piece = std::span{buffer}.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), object.size - at)));
    if (auto done = bucket.get(object.key, at, piece); !done) return done;
    if (auto done = write_at(*fd, piece.data(), piece.size(), at); !done) return done;
    at += piece.size();
    if (progress) progress(at, object.size);
  }
  return {};
}

Result<> fetch_qcow2(const Bucket& bucket, const std::string& key, const ArchivedDisk& disk,
                     const fs::path& file, const ByteProgress& progress,
                     const std::stop_token& stop) {
  const auto object = bucket.head(key);
  if (!object) return fail(object.error());
  const auto refused = [&](const std::string& why) {
    return fail(Errc::image_failed, "object " + key + ' ' + why,
                "run 'edgeferry job retry' to export the image again");
  };
  if (object->size > disk.bytes_max + disk.bytes_max / tables_share + header_bytes_max) {
    return refused("has " + std::to_string(object->size) + " bytes, more than its disk");
  }
  const Temporary image{file.string() + ".qcow2"};
  if (auto done = download(bucket, *object, image.path, progress, stop); !done) return done;
  const auto info = image_info(image.path, ImageFormat::qcow2);
  if (!info) return fail(info.error());
  if (info->virtual_size < disk.bytes || info->virtual_size > disk.bytes_max) {
    return refused("holds a disk of " + std::to_string(info->virtual_size) + " bytes");
  }
  const auto fd = open_file(file, O_RDWR | O_CREAT | O_TRUNC);
  if (!fd) return fail(fd.error());
  return extract_range(image.path, ImageFormat::qcow2, 0, disk.bytes, *fd, stop);
}

}  // namespace

Result<> fetch_disk(const Bucket& bucket, const ExportedObject& object, std::uint64_t disk_bytes,
                    const fs::path& file, const ByteProgress& progress,
                    const std::stop_token& stop) {
  const ArchivedDisk disk{disk_bytes, cloud_disk_gib(disk_bytes) * limits::gib};
  if (object.format == ObjectFormat::raw_archive) {
    return unpack_disk(bucket, object.key, disk, file, progress, stop);
  }
  auto done = fetch_qcow2(bucket, object.key, disk, file, progress, stop);
  std::error_code ignored;
  if (!done) fs::remove(file, ignored);
  return done;
}

}  // namespace ferry
