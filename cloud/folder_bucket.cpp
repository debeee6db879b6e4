// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The objects of a folder bucket and how they get there; folder_uploads.cpp has the
// parts before that.
#include "cloud/folder_bucket.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/crash_point.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "cloud/folder_lock.hpp"
#include "cloud/json_read.hpp"

namespace ferry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t about_bytes_max = 64 << 10;

/// Returns "a%/b%/c" for the key "a/b/c".
fs::path key_path(std::string_view key) {
  std::string path;
  for (const char c : key) path += c == '/' ? std::string{"%/"} : std::string(1, c);
  return path;
}

std::string key_of_path(std::string path) {
  for (auto at = path.find("%/"); at != std::string::npos; at = path.find("%/")) path.erase(at, 1);
  return path;
}

bool is_absent(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/// Creates the folders between `root` and the file and makes their names durable.
Result<> make_parents(const fs::path& root, const fs::path& file) {
  auto folder = root;
  for (const auto& name : file.parent_path().lexically_relative(root)) {
    if (name == ".") continue;
    const auto child = folder / name;
    if (is_absent(child)) {
      if (auto done = make_folder(child, 0755); !done) return done;
      if (auto done = sync_folder(folder); !done) return done;
    }
    folder = child;
  }
  return {};
}

/// Removes a file and makes that durable; absent is fine.
Result<> remove_durably(const fs::path& path) {
  if (::unlink(path.c_str()) == 0) return sync_folder(path.parent_path());
  if (errno == ENOENT || errno == ENOTDIR) return {};
  return fail(errno_error(Errc::disk_write_failed, "remove " + path.string()));
}

}  // namespace

Result<FolderBucket> FolderBucket::open(fs::path root) {
  FolderBucket bucket{fs::absolute(root).lexically_normal()};
  for (const char* name : {"", "objects", "about", "uploads"}) {
    const auto folder = bucket.root_ / name;
    std::error_code error;
    if (fs::is_directory(folder, error)) continue;
    if (auto done = make_folder(folder, 0755); !done) return bucket.unavailable(done.error());
  }
  // access() tells a read-only mount too, before hours of copying end at its wall.
  if (::access(bucket.root_.c_str(), W_OK | X_OK) != 0) {
    return bucket.unavailable(errno_error(Errc::bucket_unavailable, "write"));
  }
  if (auto done = bucket.finish_cut_work(); !done) return fail(done.error());
  return bucket;
}

Result<ObjectInfo> FolderBucket::head(std::string_view key) const {
  if (auto good = check_key(key); !good) return fail(good.error());
  const auto path = about_path(key);
  if (is_absent(path)) {
    return fail(Errc::object_missing, "object " + std::string{key} + " in " + root_.string());
  }
  auto text = read_file(path, about_bytes_max);
  if (!text) return unavailable(text.error());
  auto info = record_from_json<ObjectInfo>(*text, path.string());
  struct stat status {};
  const bool there = ::stat(object_path(key).c_str(), &status) == 0;
  if (!info || info->key != key || info->sha256.size() != 64 || !there ||
      static_cast<std::uint64_t>(status.st_size) != info->size) {
    return fail(Errc::object_corrupt,
                "object " + std::string{key} + " in " + root_.string() + ": " +
                    (there ? "its size or description is damaged" : "its bytes are gone"),
                "remove the object and export it again");
  }
  return info;
}

Result<> FolderBucket::get(std::string_view key, std::uint64_t offset,
                           std::span<std::byte> into) const {
  auto info = head(key);
  if (!info) return fail(info.error());
  if (offset > info->size || into.size() > info->size - offset) {
    return fail(Errc::invalid_argument, "object " + std::string{key} + " has " +
                                            std::to_string(info->size) + " bytes; asked for " +
                                            std::to_string(into.size()) + " at " +
                                            std::to_string(offset));
  }
  auto fd = open_file(object_path(key), O_RDONLY | O_NOFOLLOW);
  if (!fd) return unavailable(fd.error());
  if (auto done = read_at(*fd, into.data(), into.size(), offset); !done) {
    return unavailable(done.error());
  }
  return {};
}

Result<> FolderBucket::remove(std::string_view key) {
  if (auto good = check_key(key); !good) return good;
  auto lock = FolderLock::take(root_);
  if (!lock) return unavailable(lock.error());
  // The description goes first: bytes without one are no object, the reverse is damage.
  if (auto done = remove_durably(about_path(key)); !done) return unavailable(done.error());
  crash_point("bucket: an object is told of no more, its bytes are there");
  if (auto done = remove_durably(object_path(key)); !done) return unavailable(done.error());
  return {};
}

Result<std::vector<ObjectInfo>> FolderBucket::list(std::string_view prefix) const {
  std::vector<ObjectInfo> found;
  std::error_code error;
  const auto about = root_ / "about";
  for (fs::recursive_directory_iterator it{about, error}, end; !error && it != end;
       it.increment(error)) {
    auto name = it->path().lexically_relative(about).string();
    if (!it->is_regular_file(error) || !name.ends_with(".json")) continue;
    const auto key = key_of_path(name.substr(0, name.size() - 5));
    if (!check_key(key) || !key.starts_with(prefix)) continue;
    auto info = head(key);
    if (!info) {
      log::warning("folder-bucket skips an object", {{"error", to_string(info.error())}});
      continue;
    }
    if (found.size() == listing_max) {
      return fail(Errc::limit_exceeded,
                  "more than " + std::to_string(listing_max) + " objects in " + root_.string(),
                  "ask with a prefix");
    }
    found.push_back(std::move(*info));
  }
  if (error) {
    return unavailable(
        {Errc::bucket_unavailable, "list " + about.string() + ": " + error.message(), {}});
  }
  std::ranges::sort(found, {}, &ObjectInfo::key);
  return found;
}

Result<> FolderBucket::finish_commit(const fs::path& folder) {
  auto text = read_file(folder / "commit.json", about_bytes_max);
  if (!text) return unavailable(text.error());
  auto info = record_from_json<ObjectInfo>(*text, (folder / "commit.json").string());
  if (!info) return fail(info.error());
  if (auto good = check_key(info->key); !good) return good;
  const auto object = object_path(info->key);
  const auto about = about_path(info->key);
  for (const auto& path : {object, about}) {
    if (auto done = make_parents(root_, path); !done) return unavailable(done.error());
  }
  // Absent data means that an earlier attempt got past this step.
  if (!is_absent(folder / "data")) {
    if (::rename((folder / "data").c_str(), object.c_str()) != 0) {
      return unavailable(errno_error(Errc::disk_write_failed, "rename to " + object.string()));
    }
    if (auto done = sync_folder(object.parent_path()); !done) return unavailable(done.error());
  }
  crash_point("bucket: an object is there, nothing tells of it");
  if (auto done = write_file_durably(about, to_json(*info), 0644); !done) {
    return unavailable(done.error());
  }
  crash_point("bucket: an object is there, and so is its upload");
  // commit.json goes last, so that an interrupted removal is still recognised.
  std::error_code error;
  fs::remove_all(folder / "parts", error);
  fs::remove(folder / "upload.json", error);
  fs::remove_all(folder, error);
  return {};
}

/// Ends what a killed process had under way: a promised object is delivered, and a folder
/// whose upload had not begun yet or was being aborted goes.
Result<> FolderBucket::finish_cut_work() {
  auto lock = FolderLock::take(root_);
  if (!lock) return unavailable(lock.error());
  std::error_code error;
  std::vector<fs::path> folders;
  std::vector<fs::path> debris;
  for (const auto& entry : fs::directory_iterator{root_ / "uploads", error}) {
    if (!is_absent(entry.path() / "commit.json")) {
      folders.push_back(entry.path());
    } else if (is_absent(entry.path() / "upload.json")) {
      debris.push_back(entry.path());
    }
  }
  for (const auto& folder : debris) fs::remove_all(folder, error);
  for (const auto& folder : folders) {
    // One damaged upload must not close the whole bucket.
    if (auto done = finish_commit(folder); !done) {
      log::warning("folder-bucket leaves an unfinished object",
                   {{"upload", folder.string()}, {"error", to_string(done.error())}});
    }
  }
  return {};
}

fs::path FolderBucket::object_path(std::string_view key) const {
  return root_ / "objects" / key_path(key);
}

fs::path FolderBucket::about_path(std::string_view key) const {
  return root_ / "about" / (key_path(key).string() + ".json");
}

tl::unexpected<Error> FolderBucket::unavailable(Error error) const {
  if (error.what.find(root_.string()) == std::string::npos) {
    error.what = "bucket " + root_.string() + ": " + error.what;
  }
  if (error.code == Errc::disk_full) {
    error.fix = "free space on the file system of " + root_.string();
  } else {
    error.code = Errc::bucket_unavailable;
    error.fix = "make " + root_.string() + " a folder on a writable file system";
  }
  return fail(std::move(error));
}

}  // namespace ferry
