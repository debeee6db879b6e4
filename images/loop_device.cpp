// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/loop_device.hpp"

#include <cerrno>

#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include "disk/mounts.hpp"

namespace ferry {
namespace {

/// A device that was free may be taken before this process opens it.
constexpr int attempts_max = 64;

Error no_device(std::string_view doing) {
  const auto code = errno == EPERM || errno == EACCES ? Errc::not_root : Errc::no_capacity;
  auto error = errno_error(code, doing);
  if (code == Errc::no_capacity) error.fix = "see that this machine has loop devices (losetup -f)";
  return error;
}

std::string sysfs_folder(const std::string& device) {
  return "/sys/block/" + device.substr(device.rfind('/') + 1);
}

std::string backing_file(const std::string& device) {
  return sysfs_text(sysfs_folder(device) + "/loop/backing_file");
}

int blkpg(int fd, int operation, std::uint32_t number, std::uint64_t offset, std::uint64_t size) {
  blkpg_partition partition{};
  partition.start = static_cast<long long>(offset);
  partition.length = static_cast<long long>(size);
  partition.pno = static_cast<int>(number);
  blkpg_ioctl_arg argument{operation, 0, sizeof partition, &partition};
  return ::ioctl(fd, BLKPG, &argument);
}

}  // namespace

LoopDevice::LoopDevice(Fd fd, std::string path)
    : fd_(std::move(fd)), path_(std::move(path)), shown_(backing_file(path_)) {}

Result<LoopDevice> LoopDevice::attach(const std::filesystem::path& file, std::uint64_t offset,
                                      std::uint64_t size, std::uint32_t sector_size) {
  auto backing = open_file(file, O_RDWR);
  if (!backing) return fail(backing.error());
  const Fd control{::open("/dev/loop-control", O_RDWR | O_CLOEXEC)};
  if (!control) return fail(no_device("open /dev/loop-control"));
  loop_config config{};
  config.fd = static_cast<__u32>(backing->get());
  config.block_size = sector_size;
  config.info.lo_offset = offset;
  config.info.lo_sizelimit = size;
  // PARTSCAN also has the kernel drop partitions that an earlier user of the device left.
  config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return fail(no_device("a free loop device"));
    auto path = "/dev/loop" + std::to_string(number);
    Fd fd{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
    if (!fd) return fail(no_device("open " + path));
    if (::ioctl(fd.get(), LOOP_CONFIGURE, &config) == 0) {
      return LoopDevice{std::move(fd), std::move(path)};
    }
    if (errno != EBUSY) return fail(no_device(path + " on " + file.string()));
  }
  return fail(Errc::no_capacity, "each free loop device was taken by others first", "try again");
}

Result<std::string> LoopDevice::add_partition(std::uint32_t number, std::uint64_t offset,
                                              std::uint64_t size) const {
  auto path = path_ + "p" + std::to_string(number);
  const auto folder = sysfs_folder(path_) + path.substr(path.rfind('/'));
  constexpr std::uint64_t none = ~0ULL;
  constexpr std::uint64_t sector_bytes = 512;  // of sysfs, whatever the device has
  const auto start = sysfs_number(folder + "/start", none);
  if (start == offset / sector_bytes &&
      sysfs_number(folder + "/size", none) == size / sector_bytes) {
    return path;
  }
  if ((start != none && blkpg(fd_.get(), BLKPG_DEL_PARTITION, number, 0, 0) != 0) ||
      blkpg(fd_.get(), BLKPG_ADD_PARTITION, number, offset, size) != 0) {
    return fail(errno_error(Errc::guest_unusable, "partition " + std::to_string(number) + " at " +
                                                      std::to_string(offset) + " of " + path_));
  }
  return path;
}

bool LoopDevice::is_attached() const {
  const auto now = backing_file(path_);
  return !now.empty() && now == shown_;
}

}  // namespace ferry
