// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "chaos/fault.hpp"

namespace ferry::chaos {
namespace {

namespace fs = std::filesystem;

constexpr const char* filler_name = ".edgeferry-chaos-filler";
constexpr int pieces_max = 100'000;

std::uint64_t device_of(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_dev : 0;
}

/// Takes space in pieces that become smaller until not a block is left.
Result<std::uint64_t> fill(const fs::path& file) {
  auto fd = open_file(file, O_WRONLY | O_CREAT);
  if (!fd) return fail(fd.error());
  struct statvfs space {};
  if (::fstatvfs(fd->get(), &space) != 0) return fail(errno_error(Errc::internal, "statvfs"));
  const auto block = std::max<std::uint64_t>(space.f_bsize, 512);
  std::uint64_t filled = 0;
  auto piece = std::max<std::uint64_t>(space.f_bfree * space.f_frsize / 2, block);
  for (int i = 0; i < pieces_max; ++i) {
    const int failed =
        ::posix_fallocate(fd->get(), static_cast<off_t>(filled), static_cast<off_t>(piece));
    if (failed == 0) {
      filled += piece;
    } else if (failed != ENOSPC) {
      return fail(Errc::disk_write_failed,
                  "fill " + file.string() + ": error " + std::to_string(failed));
    } else if (piece == block) {
      break;
    } else {
      piece = std::max(piece / 2 / block * block, block);
    }
  }
  return filled;
}

class FullDisk final : public Fault {
 public:
  explicit FullDisk(std::string folder) : folder_(std::move(folder)) {}

  Result<std::string> strike(World& world) override {
    const fs::path path = world.cluster.folder(folder_);
    if (path.empty() || !fs::exists(path)) {
      return fail(Errc::not_found, "this host has no folder " + folder_ + " of the cluster");
    }
    if (device_of(path) == device_of("/") || device_of(path) == device_of("/tmp")) {
      return fail(Errc::invalid_argument, path.string() + " lies on a file system of the host",
                  "give the folder a small file system of its own");
    }
    const auto filler = path / filler_name;
    auto promised = world.undo.promise(undo_path("remove", filler));
    if (!promised) return fail(promised.error());
    undo_ = *promised;
    auto filled = fill(filler);
    if (!filled) {
      (void)world.undo.fulfil(undo_);
      return fail(filled.error());
    }
    return folder_ + " filled with " + human_bytes(*filled);
  }
  Result<> heal(World& world) override { return world.undo.fulfil(undo_); }

 private:
  std::string folder_;
  std::uint64_t undo_ = 0;
};

}  // namespace

std::unique_ptr<Fault> make_full_disk(const FaultPlan& plan, std::uint64_t) {
  return std::make_unique<FullDisk>(plan.folder);
}

}  // namespace ferry::chaos
