// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "making/new_filesystem.hpp"

#include <algorithm>
#include <thread>

#include <climits>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/limits.hpp"
#include "base/mount_namespace.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "disk/filesystem_facts.hpp"
#include "disk/signature.hpp"
#include "making/detached_mount.hpp"
#include "making/identity.hpp"

namespace ferry {
namespace {

constexpr std::chrono::seconds make_timeout = std::chrono::minutes{10};
constexpr std::chrono::seconds check_timeout = std::chrono::hours{6};  // reads all of its tables
constexpr std::uint64_t inodes_spare = 1024;
constexpr std::uint64_t xfs_bytes_usual_min = 300 * limits::mib;

/// "/@rootfs".
bool is_top_name(std::string_view path) {
  const auto name = path.substr(1);
  return path.starts_with('/') && !name.empty() && name.size() <= NAME_MAX && name != "." &&
         name != ".." && name.find('/') == std::string_view::npos;
}

using Arguments = std::vector<std::string>;

/// What is told of the source and known here.
class Facts {
 public:
  explicit Facts(const PartitionInfo& from)
      : from_(from), known_(known_features(from.filesystem)) {}
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::find(from_.facts.features, name) != from_.facts.features.end();
  }
  [[nodiscard]] const char* flag(std::string_view name) const { return has(name) ? "1" : "0"; }
  [[nodiscard]] const std::vector<std::string_view>& known() const { return known_; }

 private:
  const PartitionInfo& from_;
  std::vector<std::string_view> known_;
};

tl::unexpected<Error> impossible(const PlannedPartition& partition, const std::string& what) {
  return fail(Errc::malformed, "a new " + partition.from.filesystem + " for " +
                                   partition.from.mount_point + ": impossible " + what);
}

/// As many per byte as on the source, and enough for all that it has.
std::uint64_t inodes_for(const PlannedPartition& partition) {
  const auto& from = partition.from;
  const auto share = static_cast<double>(partition.size) / static_cast<double>(from.size);
  const auto same = static_cast<std::uint64_t>(static_cast<double>(from.facts.inodes) * share);
  const auto used = from.facts.inodes_used;
  return std::max(same, used + used / 16 + inodes_spare);
}

bool is_power(std::uint32_t bytes, std::uint32_t least, std::uint32_t most) {
  return bytes >= least && bytes <= most && (bytes & (bytes - 1)) == 0;
}

Result<Arguments> ext_arguments(const PlannedPartition& partition) {
  const auto& facts = partition.from.facts;
  if (!is_power(facts.block_bytes, 1024, 65536) || !is_power(facts.inode_bytes, 128, 4096) ||
      facts.inodes_used > facts.inodes || facts.inodes > ~std::uint32_t{0} ||
      facts.reserved_permille > 500) {
    return impossible(partition, "sizes");
  }
  const Facts source{partition.from};
  std::string features = "none";
  for (const auto name : source.known()) {
    if (source.has(name)) features += "," + std::string{name};
  }
  // A file that is new is blank: nothing has to be zeroed, now or by the kernel later.
  const std::string extended = "nodiscard,assume_storage_prezeroed=1,root_owner=0:0";
  const auto permille = facts.reserved_permille;
  Arguments arguments{"mkfs." + partition.from.filesystem,
                      "-q",
                      "-F",
                      "-O",
                      features,
                      "-E",
                      extended,
                      "-b",
                      std::to_string(facts.block_bytes),
                      "-I",
                      std::to_string(facts.inode_bytes),
                      "-N",
                      std::to_string(inodes_for(partition)),
                      "-m",
                      std::to_string(permille / 10) + "." + std::to_string(permille % 10)};
  return arguments;
}

Result<Arguments> xfs_arguments(const PlannedPartition& partition) {
  const auto& facts = partition.from.facts;
  const Facts source{partition.from};
  const bool newest = source.has("crc");
  if (!is_power(facts.block_bytes, 512, 65536) ||
      !is_power(facts.inode_bytes, newest ? 512 : 256, 2048)) {
    return impossible(partition, "sizes");
  }
  std::string meta = std::string{"crc="} + source.flag("crc");
  std::string inode = "size=" + std::to_string(facts.inode_bytes);
  std::string log;
  for (const auto* name : {"finobt", "rmapbt", "reflink", "inobtcount", "bigtime"}) {
    meta += std::string{","} + name + "=" + source.flag(name);
  }
  if (!partition.from.filesystem_uuid.empty()) meta += ",uuid=" + partition.from.filesystem_uuid;
  for (const auto* name : {"sparse", "nrext64"}) {
    inode += std::string{","} + name + "=" + source.flag(name);
  }
  Arguments arguments{"mkfs.xfs", "-f",     "-q",
                      "-K",       "-b",     "size=" + std::to_string(facts.block_bytes),
                      "-d",       "noalign"};
  if (newest) {
    inode += ",attr=2,projid32bit=1";
  } else {
    inode += std::string{",attr="} + (source.has("attr2") ? "2" : "1") +
             ",projid32bit=" + source.flag("projid32bit");
    arguments.insert(arguments.end(),
                     {"-l", std::string{"lazy-count="} + source.flag("lazy-count")});
  }
  arguments.insert(arguments.end(),
                   {"-m", meta, "-i", inode, "-n", std::string{"ftype="} + source.flag("ftype")});
  // Small ones were made by programs from before there was a least size.
  if (partition.size < xfs_bytes_usual_min) arguments.emplace_back("--unsupported");
  return arguments;
}

Result<Arguments> btrfs_arguments(const PlannedPartition& partition) {
  const auto& facts = partition.from.facts;
  const Facts source{partition.from};
  if (!is_power(facts.block_bytes, 4096, 65536) || !is_power(facts.inode_bytes, 4096, 65536)) {
    return impossible(partition, "sizes");
  }
  std::string features;
  std::string checksum;
  const auto switched = [&](std::string_view name) {
    return std::string{source.has(name) ? "" : "^"} + std::string{name};
  };
  for (const auto name : source.known()) {
    const bool is_checksum =
        name == "crc32c" || name == "xxhash" || name == "sha256" || name == "blake2";
    if (is_checksum) {
      if (source.has(name)) checksum = name;
    } else if (name != "free-space-tree") {
      features += (features.empty() ? "" : ",") + switched(name);
    }
  }
  Arguments arguments{"mkfs.btrfs", "-f", "-q", "-K", "-s", std::to_string(facts.block_bytes), "-n",
                      std::to_string(facts.inode_bytes), "-O", features,
                      // Since version 6.3 among the features, where this option still is one.
                      "-R", switched("free-space-tree")};
  if (!checksum.empty()) arguments.insert(arguments.end(), {"--csum", checksum});
  return arguments;
}

/// Leaves this thread a /dev that has null and this device alone.
Result<> see_alone(const std::string& device) {
  struct stat status {};
  if (::stat(device.c_str(), &status) != 0) return fail(errno_error(Errc::disk_missing, device));
  if (auto entered = enter_mount_namespace(); !entered) return entered;
  const bool seen =
      ::mount("dev", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k") == 0 &&
      ::mknod("/dev/null", S_IFCHR | 0666, makedev(1, 3)) == 0 &&
      ::mknod(device.c_str(), S_IFBLK | 0600, status.st_rdev) == 0;
  if (!seen) return fail(errno_error(Errc::internal, "a /dev with " + device + " alone"));
  return {};
}

/// mkfs.btrfs refuses a UUID that any device of this machine has, such as the disk of another
/// server from the same template, and asks blkid's cache as well.
Result<> make_alone(const std::string& device, Arguments command) {
  command.insert(command.begin(), {"env", "BLKID_FILE=/dev/null"});
  Result<> done;
  std::thread{[&] {
    done = see_alone(device);
    if (!done) return;
    const auto made = run_ok({.argv = command, .timeout = make_timeout});
    if (!made) done = fail(made.error());
  }}.join();
  return done;
}

/// A name at the top level.
Result<> make_subvolume(const std::string& device, const std::string& name) {
  const auto mount = DetachedMount::mount(device, "btrfs", {});
  if (!mount) return fail(mount.error());
  const Fd top{::openat(mount->root(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  btrfs_ioctl_vol_args request{};
  name.copy(request.name, sizeof request.name - 1);
  if (!top || ::ioctl(top.get(), BTRFS_IOC_SUBVOL_CREATE, &request) != 0) {
    return fail(errno_error(Errc::disk_write_failed, "make the subvolume " + name));
  }
  return mount->sync();
}

Result<Arguments> arguments_for(const PlannedPartition& partition) {
  const auto& filesystem = partition.from.filesystem;
  if (partition.method == "new") {
    if (filesystem != "swap") return impossible(partition, "method");
    return Arguments{"mkswap", "-f"};
  }
  if (is_ext(filesystem)) return ext_arguments(partition);
  if (filesystem == "xfs") return xfs_arguments(partition);
  if (filesystem == "btrfs") return btrfs_arguments(partition);
  return impossible(partition, "file system");
}

std::size_t label_bytes_max(const std::string& filesystem) {
  if (filesystem == "xfs") return 12;
  return filesystem == "btrfs" ? 255 : 16;
}

Result<CommandOutput> run_check(const std::string& device, const std::string& filesystem) {
  if (is_ext(filesystem)) {
    return run({.argv = {"e2fsck", "-f", "-n", device}, .timeout = check_timeout});
  }
  if (filesystem == "xfs") {
    return run({.argv = {"xfs_repair", "-n", device}, .timeout = check_timeout});
  }
  return run({.argv = {"btrfs", "check", "--readonly", device}, .timeout = check_timeout});
}

}  // namespace

Result<> make_filesystem(const std::string& device, const PlannedPartition& partition) {
  const auto& from = partition.from;
  if (from.size == 0 || !is_uuid_or_empty(from.filesystem_uuid)) {
    return impossible(partition, "UUID");
  }
  if (!is_label(from.label, label_bytes_max(from.filesystem))) {
    return impossible(partition, "label");
  }
  if (!from.mount_root.empty() && (from.filesystem != "btrfs" || !is_top_name(from.mount_root))) {
    return impossible(partition, "subvolume");
  }
  auto arguments = arguments_for(partition);
  if (!arguments) return fail(arguments.error());
  if (!from.label.empty()) arguments->insert(arguments->end(), {"-L", from.label});
  // xfs has it among the settings of its metadata.
  if (!from.filesystem_uuid.empty() && from.filesystem != "xfs") {
    arguments->insert(arguments->end(), {"-U", from.filesystem_uuid});
  }
  arguments->push_back(device);
  if (from.filesystem == "btrfs") {
    if (auto made = make_alone(device, std::move(*arguments)); !made) return made;
  } else if (auto made = run_ok({.argv = std::move(*arguments), .timeout = make_timeout}); !made) {
    return fail(made.error());
  }
  return from.mount_root.empty() ? Result<>{} : make_subvolume(device, from.mount_root.substr(1));
}

Result<> mend_filesystem(const std::string& device, const std::string& filesystem) {
  if (!is_ext(filesystem)) return {};
  constexpr int corrected_max = 3;  // 1: mended, 2: and a boot would be due
  auto done = run({.argv = {"e2fsck", "-y", device}, .timeout = check_timeout});
  if (!done) return fail(done.error());
  if (done->exit_code <= corrected_max) return {};
  return fail(Errc::program_failed, "e2fsck " + device + ": " + last_lines(done->out + done->err));
}

Result<> check_filesystem(const std::string& device, const std::string& filesystem) {
  const auto done = run_check(device, filesystem);
  if (!done) return fail(done.error());
  if (done->exit_code == 0) return {};
  return fail(Errc::disk_write_failed, "the new " + filesystem + " on " + device +
                                           " is not clean: " + last_lines(done->out + done->err));
}

}  // namespace ferry
