// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/transition/folder_storage.hpp"

#include <sys/stat.h>

#include "base/crash_point.hpp"

namespace ferry {
namespace {

std::filesystem::path disk_path(const std::filesystem::path& folder, std::size_t index) {
  return folder / ("disk" + std::to_string(index) + ".raw");
}

class FolderDisks : public InstanceDisks {
 public:
  FolderDisks(std::filesystem::path folder, DataServer* data_server)
      : folder_(std::move(folder)), data_server_(data_server) {}

  Result<> open(const EnsureInstance& request, const std::stop_token& stop) {
    if (request.create) {
      if (auto done = make_folder(folder_); !done) return done;
    }
    for (std::size_t i = 0; i < request.disk_bytes.size(); ++i) {
      TargetOptions target{disk_path(folder_, i),
                           folder_ / ("disk" + std::to_string(i) + ".digests"),
                           request.disk_bytes[i], request.digest_key};
      target.must_exist = !request.create;
      auto disk = TargetDisk::open(target, stop);
      if (!disk) return fail(disk.error());
      disks_.push_back(std::move(*disk));
    }
    return sync_folder(folder_.parent_path());
  }

  [[nodiscard]] std::vector<InstanceDisk> list() const override {
    std::vector<InstanceDisk> list;
    for (const auto& disk : disks_) {
      const auto index = list.size();
      list.push_back({static_cast<std::uint32_t>(index),
                      disk_path(folder_, index).string(),
                      disk->bytes(),
                      {}});
    }
    return list;
  }
  Result<> open_session(const SessionKey& key, const OpenTransfer& request) override {
    return data_server_->open(key, *disks_.at(request.disk), request.streams,
                              request.credit_chunks);
  }
  void close_session(std::uint64_t session) override { data_server_->close(session); }
  Result<std::string> digests(std::uint32_t disk, std::uint64_t first_chunk,
                              std::uint32_t count) override {
    const auto& table = disks_.at(disk)->table();
    const auto next = table.next_chunk(first_chunk);
    if (!next || *next >= first_chunk + count) return std::string{};
    return table.page(first_chunk, count);
  }
  Result<VerifyResult> verify(std::uint32_t disk, VerifyProgress& progress,
                              const std::stop_token& stop) override {
    return disks_.at(disk)->verify(progress, stop);
  }

 private:
  std::filesystem::path folder_;
  DataServer* data_server_;
  std::vector<std::unique_ptr<TargetDisk>> disks_;
};

/// The tombstone lies beside the instances, so that it outlives its own.
std::filesystem::path tombstone(const std::filesystem::path& folder, const std::string& token) {
  return folder / "released" / token;
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
    const auto path = disk_path(folder_ / token, i);
    if (!std::filesystem::exists(path))
      return fail(Errc::instance_gone, path.string() + " is gone");
  }
  return {};
}

Result<std::shared_ptr<InstanceDisks>> FolderStorage::open(const EnsureInstance& request,
                                                           const std::stop_token& stop) {
  auto disks = std::make_shared<FolderDisks>(folder_ / request.token, data_server_);
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
  const auto file = disk_path(folder_ / token, disk);
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
