// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/guest_command.hpp"

#include <cerrno>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/limits.hpp"

namespace ferry {
namespace {

/// Runs as the first process of the new namespaces, with names as arguments only: the root,
/// "node NAME MAJOR MINOR" and "uuid UUID NAME" words, "--", and the program with its arguments.
/// Firmware settings of this host are hidden: by them boot loaders choose their commands.
/// The root of a chroot is no mount and can't be made private, so unshare must not insist on it.
constexpr auto enter_guest = R"(
root=$1; shift
for place in / "$root"; do
  ! mountpoint -q "$place" || mount --make-rprivate "$place"
done
dev=$root/dev
mount -t tmpfs -o mode=755,size=4m,nosuid,noexec dev "$dev"
mkdir "$dev/disk" "$dev/disk/by-uuid" "$dev/shm" "$dev/pts"
mknod -m 666 "$dev/null" c 1 3
mknod -m 666 "$dev/zero" c 1 5
mknod -m 666 "$dev/full" c 1 7
mknod -m 666 "$dev/random" c 1 8
mknod -m 666 "$dev/urandom" c 1 9
ln -s /proc/self/fd "$dev/fd"
ln -s fd/0 "$dev/stdin"
ln -s fd/1 "$dev/stdout"
ln -s fd/2 "$dev/stderr"
while [ "$1" != -- ]; do
  case $1 in
    node) mknod -m 660 "$dev/$2" b "$3" "$4"; shift 4 ;;
    uuid) ln -s "../../$3" "$dev/disk/by-uuid/$2"; shift 3 ;;
    *) exit 125 ;;
  esac
done
shift
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
[ ! -d "$root/sys/firmware" ] || mount -t tmpfs -o ro,size=4k none "$root/sys/firmware"
mount -t tmpfs -o mode=755,size=64m,nosuid,nodev run "$root/run"
mount -t tmpfs -o mode=1777,size=256m,nosuid,nodev tmp "$root/tmp"
exec setpriv --bounding-set=-sys_module,-sys_rawio,-sys_boot,-sys_time \
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C TERM=dumb \
  DEBIAN_FRONTEND=noninteractive GRUB_DISABLE_OS_PROBER=true chroot "$root" "$@"
)";

/// Mounting over a link would mount over what it leads to, on this host.
Result<> check_folders(const GuestRoot& root) {
  for (const std::string folder : {"/dev", "/proc", "/sys", "/run", "/tmp"}) {
    const auto located = root.locate(folder);
    if (!located || *located != folder || !root.has_folder(folder)) {
      return fail(Errc::guest_unusable, folder + " of the guest is no folder");
    }
  }
  return {};
}

Result<> add_device(const GuestDevice& device, std::vector<std::string>& argv) {
  struct stat status {};
  if (::stat(device.device.c_str(), &status) != 0) {
    return fail(errno_error(Errc::disk_missing, device.device));
  }
  if (!S_ISBLK(status.st_mode) || parent_of(device.device) != "/dev") {
    return fail(Errc::disk_missing, device.device + " is no block device in /dev");
  }
  const auto name = name_of(device.device);
  argv.insert(argv.end(), {"node", name, std::to_string(major(status.st_rdev)),
                           std::to_string(minor(status.st_rdev))});
  if (device.uuid.empty()) return {};
  if (device.uuid.find('/') != std::string::npos) {
    return fail(Errc::invalid_argument, "UUID '" + device.uuid + "'");
  }
  argv.insert(argv.end(), {"uuid", device.uuid, name});
  return {};
}

}  // namespace

Result<CommandOutput> run_in_guest(const GuestRoot& root, const std::vector<GuestDevice>& devices,
                                   const std::vector<std::string>& argv,
                                   std::chrono::seconds timeout) {
  if (auto sound = check_folders(root); !sound) return fail(sound.error());
  // unshare ends with this thread, and what it runs ends with unshare.
  Command command{
      .argv = {"setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net", "--pid", "--ipc",
               "--uts", "--fork", "--kill-child=KILL", "--propagation=unchanged", "sh", "-euc",
               enter_guest, "enter-guest", root.folder()},
      .timeout = timeout};
  for (const auto& device : devices) {
    if (auto added = add_device(device, command.argv); !added) return fail(added.error());
  }
  command.argv.emplace_back("--");
  command.argv.insert(command.argv.end(), argv.begin(), argv.end());
  return run(command);
}

}  // namespace ferry
