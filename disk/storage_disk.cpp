// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/storage_disk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/subprocess.hpp"
#include "disk/signature.hpp"

namespace ferry {
namespace {

constexpr const char* label = "edgeferry";
constexpr const char* unfinished = "edgeferry-new";  // until all of the file system is there
constexpr std::chrono::minutes making_max{10};       // of a file system of terabytes

Result<Signature> signature_of(const std::filesystem::path& disk) {
  const auto fd = open_file(disk, O_RDONLY);
  if (!fd) return fail(Errc::disk_missing, fd.error().what);
  const auto size = ::lseek(fd->get(), 0, SEEK_END);
  if (size <= 0) return fail(Errc::disk_missing, disk.string() + " has no size");
  return probe_signature(fd->get(), 0, static_cast<std::uint64_t>(size));
}

}  // namespace

Result<> mount_storage(const std::filesystem::path& disk, const std::filesystem::path& folder) {
  if (auto done = make_folder(folder); !done) return done;
  const auto mounted = run({.argv = {"mountpoint", "-q", folder.string()}});
  if (!mounted) return fail(mounted.error());
  if (mounted->exit_code == 0) return {};
  const auto signature = signature_of(disk);
  if (!signature) return fail(signature.error());
  if (signature->type.empty() || signature->label == unfinished) {
    const auto made = run_ok({.argv = {"mkfs.ext4", "-q", "-F", "-L", unfinished, disk.string()},
                              .timeout = making_max});
    if (!made) return fail(made.error());
    const auto named = run_ok({.argv = {"e2label", disk.string(), label}});
    if (!named) return fail(named.error());
  } else if (signature->type != "ext4" || signature->label != label) {
    return fail(Errc::instance_unusable,
                disk.string() + " holds " + signature->type + " '" + signature->label +
                    "', which is not overwritten",
                "give the job another disk");
  }
  const auto done = run_ok({.argv = {"mount", disk.string(), folder.string()}});
  return done ? Result<>{} : fail(done.error());
}

}  // namespace ferry
