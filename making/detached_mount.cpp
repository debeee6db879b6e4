// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "making/detached_mount.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/text.hpp"
#include "disk/signature.hpp"

namespace ferry {
namespace {

/// The kernel tells why a mount fails in messages that are read from the context.
tl::unexpected<Error> failed(const Fd& context, const std::string& device) {
  auto error = errno_error(errno == EPERM ? Errc::not_root : Errc::disk_write_failed,
                           "mount the new file system on " + device);
  constexpr int messages_max = 16;
  std::array<char, 1024> text{};
  for (int i = 0; context && i < messages_max; ++i) {
    const auto got = ::read(context.get(), text.data(), text.size());
    if (got <= 0) break;
    error.what += "; " + printable({text.data(), static_cast<std::size_t>(got)});
  }
  return fail(std::move(error));
}

bool set(const Fd& context, const char* key, const char* value) {
  return ::fsconfig(context.get(), FSCONFIG_SET_STRING, key, value, 0) == 0;
}

bool set_flag(const Fd& context, const char* key) {
  return ::fsconfig(context.get(), FSCONFIG_SET_FLAG, key, nullptr, 0) == 0;
}

}  // namespace

Result<DetachedMount> DetachedMount::mount(const std::string& device, const std::string& filesystem,
                                           const std::string& subvolume) {
  // The driver of ext4 knows the older ones, and not every kernel has theirs.
  const auto* driver = is_ext(filesystem) ? "ext4" : filesystem.c_str();
  const Fd context{::fsopen(driver, FSOPEN_CLOEXEC)};
  if (!context || !set(context, "source", device.c_str())) return failed(context, device);
  // The source may be here, too, with the same UUID.
  if (filesystem == "xfs" && !set_flag(context, "nouuid")) return failed(context, device);
  if (filesystem == "btrfs" && !set_flag(context, "nodiscard")) return failed(context, device);
  if (!subvolume.empty() && !set(context, "subvol", subvolume.c_str())) {
    return failed(context, device);
  }
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return failed(context, device);
  }
  Fd mount{
      ::fsmount(context.get(), FSMOUNT_CLOEXEC,
                MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOATIME)};
  if (!mount) return failed(context, device);
  return DetachedMount{std::move(mount)};
}

std::filesystem::path DetachedMount::path() const {
  return "/proc/self/fd/" + std::to_string(fd_.get());
}

Result<> DetachedMount::sync() const {
  const Fd root{::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (root && ::syncfs(root.get()) == 0) return {};
  return fail(errno_error(Errc::disk_write_failed, "make the files of a disk durable"));
}

}  // namespace ferry
