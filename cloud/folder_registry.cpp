// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/folder_registry.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "cloud/export.hpp"
#include "cloud/folder_lock.hpp"
#include "cloud/image_file.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t image_document_bytes_max = 256 << 10;
constexpr std::size_t copy_bytes = 4 * limits::mib;
constexpr std::size_t told_max = 1000;  // folders that are no images, each told once

/// The same token gives the same id in every process and after every crash.
std::string id_of_token(std::string_view token) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t length = 20;
  const auto digest = sha256("edgeferry image id\n" + std::string{token});
  std::string id = "m-";
  for (std::size_t i = 0; i < length; ++i) {
    id += letters[static_cast<unsigned char>(digest[i]) % letters.size()];
  }
  return id;
}

/// Copies objects into files and proves them by their digests.
class ObjectCopy {
 public:
  ObjectCopy(const Bucket& bucket, const ByteProgress& progress, std::uint64_t total,
             std::stop_token stop)
      : bucket_(bucket), progress_(progress), total_(total), stop_(std::move(stop)) {}

  /// Returns the size of the file.
  Result<std::uint64_t> copy(const std::string& key, const std::string& sha256,
                             const fs::path& file) {
    auto info = bucket_.head(key);
    if (!info) return fail(info.error());
    auto to = open_file(file, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (!to) return fail(to.error());
    std::vector<std::byte> buffer(copy_bytes);
    Sha256 digest;
    for (std::uint64_t at = 0; at < info->size;) {
      if (stop_.stop_requested()) return fail(Errc::canceled, "importing " + key);
      const auto piece = std::span{buffer}.first(
          static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), info->size - at)));
      if (auto done = bucket_.get(key, at, piece); !done) return fail(done.error());
      digest.update(piece);
      if (auto done = write_at(*to, piece.data(), piece.size(), at); !done) {
        return fail(done.error());
      }
      at += piece.size();
      done_ += piece.size();
      if (progress_) progress_(done_, total_);
    }
    if (::fsync(to->get()) != 0) {
      return fail(errno_error(Errc::disk_write_failed, "fsync " + file.string()));
    }
    if (const auto found = to_hex(digest.finish()); found != sha256) {
      return fail(Errc::object_corrupt,
                  "object " + key + " has SHA-256 " + found + ", expected " + sha256,
                  "remove the object and export it again");
    }
    return info->size;
  }

 private:
  const Bucket& bucket_;
  const ByteProgress& progress_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::stop_token stop_;
};

bool is_about_a_file(Errc code) {
  return code == Errc::disk_missing || code == Errc::disk_write_failed ||
         code == Errc::disk_read_failed || code == Errc::disk_full;
}

/// Every piece of work opens the registry anew and lists it, so what lies there for good
/// would be told all day.
bool is_news(const fs::path& folder) {
  static std::mutex mutex;
  static std::set<fs::path> told;
  const std::lock_guard lock{mutex};
  return told.size() < told_max && told.insert(folder).second;
}

}  // namespace

Result<FolderRegistry> FolderRegistry::open(fs::path root, RegistryLimits limits) {
  FolderRegistry registry{fs::absolute(root).lexically_normal(), std::move(limits)};
  for (const char* name : {"", "images"}) {
    const auto folder = registry.root_ / name;
    std::error_code error;
    if (fs::is_directory(folder, error)) continue;
    if (auto done = make_folder(folder, 0755); !done) return registry.unavailable(done.error());
  }
  if (::access(registry.root_.c_str(), W_OK | X_OK) != 0) {
    return registry.unavailable(errno_error(Errc::registry_unavailable, "write"));
  }
  registry.clear_importing();
  return registry;
}

/// What a killed import or removal left goes, unless somebody is at work just now.
void FolderRegistry::clear_importing() const {
  std::stop_source no_waiting;
  no_waiting.request_stop();
  if (const auto lock = FolderLock::take(root_, no_waiting.get_token())) {
    std::error_code ignored;
    fs::remove_all(root_ / ".importing", ignored);
  }
}

Result<EnsImage> FolderRegistry::import_image(const ImportRequest& request, const Bucket& bucket,
                                              const ByteProgress& progress, std::stop_token stop) {
  if (auto good = check_import(request, limits_); !good) return fail(good.error());
  auto lock = FolderLock::take(root_, stop);
  if (!lock) {
    return lock.error().code == Errc::canceled ? fail(lock.error()) : unavailable(lock.error());
  }
  auto image_id = request.image_id.empty() ? id_of_token(request.client_token) : request.image_id;
  auto there = describe(image_id);
  if (there) {
    if (there->client_token == request.client_token) return there;
    return fail(Errc::name_taken, "image " + image_id + " comes from another request",
                "import with a new image id");
  }
  if (there.error().code != Errc::not_found) return there;
  const auto importing = root_ / ".importing";
  std::error_code error;
  fs::remove_all(importing, error);  // of a killed import: the lock says nobody is at work
  if (auto done = make_folder(importing / image_id, 0755); !done) return unavailable(done.error());
  auto image = build(request, std::move(image_id), bucket, progress, stop);
  if (!image) {
    fs::remove_all(importing, error);
    if (is_about_a_file(image.error().code)) return unavailable(image.error());
  }
  return image;
}

Result<EnsImage> FolderRegistry::build(const ImportRequest& request, std::string image_id,
                                       const Bucket& bucket, const ByteProgress& progress,
                                       const std::stop_token& stop) {
  const auto begin_ms = steady_ms();
  const auto total = check_sizes(request, bucket, limits_);
  if (!total) return fail(total.error());
  auto images = list();
  if (!images) return fail(images.error());
  auto name = free_image_name(request, [&](const std::string& one) {
    return std::ranges::find(*images, one, &EnsImage::name) == images->end();
  });
  if (!name) return fail(name.error());
  auto image = new_image(request, std::move(image_id), std::move(*name));
  const auto folder = root_ / ".importing" / image.image_id;
  ObjectCopy copier{bucket, progress, *total, stop};
  for (const auto& disk : request.disks) {
    const auto file = image_disk_name(disk.index);
    auto size = copier.copy(disk.key, disk.sha256, folder / file);
    if (!size) return fail(size.error());
    auto inside = image_info(folder / file, ImageFormat::qcow2);
    if (!inside) return fail(inside.error());
    if (disk.virtual_size != 0 && inside->virtual_size != disk.virtual_size) {
      return fail(Errc::image_failed, disk.key + " holds a disk of " +
                                          std::to_string(inside->virtual_size) +
                                          " bytes, expected " + std::to_string(disk.virtual_size));
    }
    image.disks.push_back(
        {disk.index, file, inside->virtual_size, *size, disk.sha256, disk.tree_root});
  }
  for (const auto& file : request.files) {
    auto size = copier.copy(file.key, file.sha256, folder / file.name);
    if (!size) return fail(size.error());
    image.files.push_back({file.name, *size, file.sha256});
  }
  image.import_ms = static_cast<std::uint64_t>(steady_ms() - begin_ms);
  if (auto done = write_file_durably(folder / "image.json", to_json(image, true) + "\n", 0644);
      !done) {
    return fail(done.error());
  }
  crash_point("registry: an image is whole, it has no name");
  if (::rename(folder.c_str(), image_folder(image.image_id).c_str()) != 0) {
    return fail(
        errno_error(Errc::disk_write_failed, "rename to " + image_folder(image.image_id).string()));
  }
  if (auto done = sync_folder(root_ / "images"); !done) return fail(done.error());
  return describe(image.image_id);
}

Result<EnsImage> FolderRegistry::describe(std::string_view image_id) const {
  if (auto good = check_image_id(image_id); !good) return fail(good.error());
  const auto path = image_folder(image_id) / "image.json";
  std::error_code error;
  if (!fs::exists(path, error) && !error) {
    return fail(Errc::not_found, "image " + std::string{image_id} + " in " + root_.string());
  }
  auto text = read_file(path, image_document_bytes_max);
  if (!text) return unavailable(text.error());
  auto image = record_from_json<EnsImage>(*text, path.string());
  if (!image) return unavailable(image.error());
  if (image->image_id != image_id || image->disks.empty()) {
    return unavailable({Errc::malformed, path.string() + ": describes another image", {}});
  }
  for (const auto& disk : image->disks) {
    // A file name out of a damaged document must not lead out of the image's folder.
    if (disk.file != image_disk_name(disk.index)) {
      return unavailable({Errc::malformed, path.string() + ": disk with a foreign file", {}});
    }
  }
  for (const auto& file : image->files) {
    if (!is_attached_name(file.name)) {
      return unavailable({Errc::malformed, path.string() + ": a foreign file", {}});
    }
  }
  return image;
}

Result<std::vector<EnsImage>> FolderRegistry::list() const {
  std::vector<EnsImage> images;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{root_ / "images", error}) {
    auto image = describe(entry.path().filename().string());
    if (!image && is_news(entry.path())) {
      log::warning("folder-registry skips an image", {{"error", to_string(image.error())}});
    } else if (image && images.size() < listing_max) {
      images.push_back(std::move(*image));
    }
  }
  if (error) return unavailable({Errc::registry_unavailable, error.message(), {}});
  std::ranges::sort(images, [](const auto& a, const auto& b) {
    return std::tie(a.created_at, a.image_id) < std::tie(b.created_at, b.image_id);
  });
  return images;
}

Result<> FolderRegistry::store_certificate(std::string_view image_id,
                                           std::string_view certificate) {
  auto lock = FolderLock::take(root_);  // a removal must not come between
  if (!lock) return unavailable(lock.error());
  if (auto there = describe(image_id); !there) return fail(there.error());
  auto done = write_file_durably(image_folder(image_id) / certificate_file_name, certificate, 0644);
  if (!done) return unavailable(done.error());
  return {};
}

Result<> FolderRegistry::remove(std::string_view image_id) {
  if (auto good = check_image_id(image_id); !good) return good;
  auto lock = FolderLock::take(root_);
  if (!lock) return unavailable(lock.error());
  // Renamed first: a half-removed image must not look like a whole one.
  const auto going = root_ / ".importing" / ("removed-" + std::string{image_id});
  std::error_code error;
  fs::create_directories(root_ / ".importing", error);
  fs::remove_all(going, error);
  fs::rename(image_folder(image_id), going, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error) return unavailable({Errc::registry_unavailable, error.message(), {}});
  if (auto done = sync_folder(root_ / "images"); !done) return unavailable(done.error());
  crash_point("registry: an image has lost its name, its files are there");
  fs::remove_all(going, error);
  return {};
}

fs::path FolderRegistry::image_folder(std::string_view image_id) const {
  return root_ / "images" / image_id;
}

tl::unexpected<Error> FolderRegistry::unavailable(Error error) const {
  if (error.what.find(root_.string()) == std::string::npos) {
    error.what = "registry " + root_.string() + ": " + error.what;
  }
  if (error.code == Errc::disk_full) {
    error.fix = "free space on the file system of " + root_.string();
  } else {
    error.code = Errc::registry_unavailable;
    error.fix = "make " + root_.string() + " a folder on a writable file system; restore or " +
                "remove an image whose image.json is damaged";
  }
  return fail(std::move(error));
}

}  // namespace ferry
