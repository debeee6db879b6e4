// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/transition/folder_storage.hpp"

#include <sys/stat.h>

#include "actors/transition/folder_disks.hpp"
#include "base/crash_point.hpp"

namespace ferry {
namespace {

constexpr auto tombstones = "released";

/// The tombstone lies beside the instances, so that it outlives its own.
std::filesystem::path tombstone(const std::filesystem::path& folder, const std::string& token) {
  return folder / tombstones / token;
}

/// The space that the files of one instance take; what vanishes meanwhile takes none.
std::uint64_t allocated_bytes(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{folder, ignored}) {
    struct stat info {};
    if (::stat(entry.path().c_str(), &info) == 0) {
      bytes += static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
  }
  return bytes;
}

}  // namespace

bool FolderStorage::released(const std::string& token) const {
  return std::filesystem::exists(tombstone(folder_, token));
}

Result<std::vector<FoundResource>> FolderStorage::list() const {
  std::vector<FoundResource> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{folder_, error}) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("i-")) {
      found.push_back({"instance", name, name, allocated_bytes(entry.path()), 0});
    }
  }
  if (!error || error == std::errc::no_such_file_or_directory) return found;
  return fail(Errc::disk_read_failed, "list " + folder_.string() + ": " + error.message());
}

Result<> FolderStorage::find(const std::string& token, std::size_t disks) const {
  for (std::size_t i = 0; i < disks; ++i) {
    const auto path = FolderDisks::disk_path(folder_ / token, i);
    if (!std::filesystem::exists(path))
      return fail(Errc::instance_gone, path.string() + " is gone");
  }
  return {};
}

Result<std::shared_ptr<InstanceDisks>> FolderStorage::open(const EnsureInstance& request,
                                                           const std::stop_token& stop) {
  // What an instance before has left on the devices is not known, and not removed.
  const bool used = std::filesystem::exists(folder_ / tombstones);
  auto disks = std::make_shared<FolderDisks>(folder_ / request.token, data_server_,
                                             GivenDisks{devices_, !used});
  if (auto done = disks->open(request, stop); !done) return fail(done.error());
  return disks;
}

/// The tombstone comes first: a creation that is late must find it.
Result<> FolderStorage::bury(const std::string& token) const {
  if (released(token)) return {};
  const auto mark = tombstone(folder_, token);
  if (auto done = make_folder(mark.parent_path()); !done) return done;
  if (auto done = write_file_durably(mark, ""); !done) return done;
  crash_point("transition: a tombstone is there, and so are the disks");
  return {};
}

Result<> FolderStorage::release_disk(const std::string& token, std::uint32_t disk) {
  if (auto done = bury(token); !done) return done;
  const auto file = FolderDisks::disk_path(folder_ / token, disk);
  const auto own = file.stem().string() + ".";  // its table and what else lies beside it
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{folder_ / token, error}) {
    if (entry.path().filename().string().starts_with(own)) {
      std::filesystem::remove(entry.path(), error);
    }
    if (error) break;
  }
  if (!error || error == std::errc::no_such_file_or_directory) return {};
  return fail(Errc::disk_write_failed, "remove " + file.string() + ": " + error.message());
}

Result<> FolderStorage::release(const std::string& token) {
  if (auto done = bury(token); !done) return done;
  std::error_code error;
  std::filesystem::remove_all(folder_ / token, error);
  if (!error) return {};
  return fail(Errc::disk_write_failed,
              "remove " + (folder_ / token).string() + ": " + error.message());
}

}  // namespace ferry
