// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/initramfs.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "base/subprocess.hpp"
#include "fixups/cpio_reader.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr std::array<std::string_view, 9> wanted{"virtio",     "virtio_ring", "virtio_pci",
                                                 "virtio_blk", "virtio_scsi", "virtio_net",
                                                 "nvme",       "nvme_core",   "sd_mod"};
constexpr std::array<std::string_view, 4> needed{"virtio_pci", "virtio_blk", "virtio_scsi", "nvme"};

struct Compression {
  std::string_view magic;
  std::vector<std::string> program;
};
using namespace std::string_view_literals;
const std::array compressions{Compression{"\x1f\x8b"sv, {"gzip", "-dc"}},
                              Compression{"\xfd"
                                          "7zXZ"sv,
                                          {"xz", "-dc"}},
                              Compression{"\x28\xb5\x2f\xfd"sv, {"zstd", "-dcq"}},
                              Compression{"\x04\x22\x4d\x18"sv, {"lz4", "-dcq"}},
                              Compression{"\x02\x21\x4c\x18"sv, {"lz4", "-dcq"}},
                              Compression{"BZh"sv, {"bzip2", "-dc"}},
                              Compression{"\x5d\0\0"sv, {"xz", "-dc", "--format=lzma"}}};

class Names {
 public:
  void operator()(std::string_view name) {
    const auto file = name.substr(name.rfind('/') + 1);
    if (name.ends_with("bin/lvm")) found.lvm = true;
    const auto end = file.rfind(".ko");
    if (end == std::string_view::npos) return;
    const auto suffix = file.substr(end + 3);
    if (suffix.empty() || suffix == ".xz" || suffix == ".zst" || suffix == ".gz") {
      found.modules.insert(module_name(file));
    }
  }
  InitramfsContent found;
};

/// The compressed part as a file of this host, for programs that read no pipe of ours.
struct Part {
  std::filesystem::path path = std::filesystem::temp_directory_path() / random_id("ferry-ramfs");
  ~Part() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
};

Result<std::string> read_piece(const Fd& fd, std::uint64_t offset, std::uint64_t end) {
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(end - offset, 1 << 20)), '\0');
  if (auto read = read_at(fd, piece.data(), piece.size(), offset); !read) return fail(read.error());
  return piece;
}

Result<> copy_rest(const Fd& from, std::uint64_t offset, std::uint64_t end, const Part& part) {
  const auto to = open_file(part.path, O_WRONLY | O_CREAT | O_EXCL);
  if (!to) return fail(to.error());
  for (std::uint64_t at = offset; at < end;) {
    const auto piece = read_piece(from, at, end);
    if (!piece) return fail(piece.error());
    if (auto put = write_at(*to, piece->data(), piece->size(), at - offset); !put) return put;
    at += piece->size();
  }
  return {};
}

/// Decompresses a file into the reader, and stops when it grows beyond all reason.
Result<> unpack(const std::vector<std::string>& program, const Part& part, CpioReader& reader) {
  std::stop_source stop;
  std::uint64_t size = 0;
  Command command{.argv = program, .timeout = std::chrono::seconds{120}, .output_bytes_max = 0};
  command.argv.push_back(part.path.string());
  command.stop = stop.get_token();
  command.on_output = [&](std::string_view bytes) {
    size += bytes.size();
    reader.feed(bytes);
    if (size > limits::initramfs_bytes_max || reader.broken()) stop.request_stop();
  };
  const auto result = run(command);
  if (size > limits::initramfs_bytes_max) {
    return fail(Errc::limit_exceeded, "the initramfs unpacks to more than " +
                                          std::to_string(limits::initramfs_bytes_max) + " bytes");
  }
  if (!result && result.error().code != Errc::canceled) return fail(result.error());
  if (result && result->exit_code != 0) {
    return fail(Errc::guest_unbootable, program[0] + " can't read it: " + result->err);
  }
  return {};
}

/// Errors have no path yet.
Result<> read_names(const Fd& fd, CpioReader& reader) {
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail(errno_error(Errc::guest_unusable, "fstat"));
  const auto end = static_cast<std::uint64_t>(status.st_size);
  if (end > limits::initramfs_bytes_max) return fail(Errc::limit_exceeded, "is larger than 1 GiB");
  std::uint64_t offset = 0;
  while (offset < end && !reader.broken()) {
    const auto piece = read_piece(fd, offset, end);
    if (!piece) return fail(piece.error());
    const auto taken = reader.feed(*piece);
    offset += taken;
    if (taken == piece->size()) continue;
    const std::string_view rest = std::string_view{*piece}.substr(taken);
    if (rest.size() < 8 && offset + rest.size() < end) continue;  // the magic lies across pieces
    for (const auto& [magic, program] : compressions) {
      if (!rest.starts_with(magic)) continue;
      const Part part;
      if (auto copied = copy_rest(fd, offset, end, part); !copied) return copied;
      CpioReader inner = reader.inner();
      auto unpacked = unpack(program, part, inner);
      if (!unpacked) return unpacked;
      if (!inner.complete()) return fail(Errc::guest_unbootable, "ends in the middle");
      return {};
    }
    return fail(Errc::guest_unbootable, "has a part that is no archive known");
  }
  if (!reader.complete()) return fail(Errc::guest_unbootable, "is no complete cpio archive");
  return {};
}

}  // namespace

std::span<const std::string_view> wanted_drivers() { return wanted; }
std::span<const std::string_view> needed_drivers() { return needed; }

Result<InitramfsContent> look_into_initramfs(const GuestRoot& root, const std::string& path) {
  const auto fd = root.open_regular(path);
  if (!fd) return fail(fd.error());
  Names names;
  CpioReader reader{[&](std::string_view name) { names(name); }};
  if (auto read = read_names(*fd, reader); !read) {
    auto error = read.error();
    error.what = path + " of the guest: " + error.what;
    return fail(std::move(error));
  }
  return std::move(names.found);
}

std::optional<std::string> initramfs_of(const GuestRoot& root, const std::string& kernel) {
  // Alpine's folder has the version, its file only the flavour: "6.6.31-0-lts", "initramfs-lts".
  const auto flavour = kernel.substr(kernel.rfind('-') + 1);
  for (const auto& path : {"/boot/initrd.img-" + kernel, "/boot/initramfs-" + kernel + ".img",
                           "/boot/initrd-" + kernel, "/boot/initramfs-" + flavour}) {
    if (root.has(path)) return path;
  }
  return {};
}

Result<InitramfsFaults> initramfs_faults(const Guest& guest) {
  InitramfsFaults faults;
  for (const auto& kernel : guest.kernels) {
    const auto has = [&](const char* name) {
      return kernel.has_module(name) || kernel.is_builtin(name);
    };
    const auto file = initramfs_of(guest.root, kernel.version);
    if (!file) {
      faults.drivers.push_back("kernel " + kernel.version + " has no initramfs in /boot");
      continue;
    }
    const auto found = look_into_initramfs(guest.root, *file);
    if (!found) return fail(found.error());
    std::vector<std::string> missing;
    for (const auto driver : needed) {
      const std::string name{driver};
      // What a kernel doesn't have at all no initramfs can have; that is told by the plan.
      if (kernel.has_module(name) && !kernel.is_builtin(name) && !found->modules.contains(name))
        missing.push_back(name);
    }
    if (!has("virtio_blk") && !has("virtio_scsi")) {
      faults.drivers.push_back("kernel " + kernel.version + " has no virtio disk driver at all");
    }
    if (!missing.empty()) faults.drivers.push_back(*file + " lacks " + joined(missing, ", "));
    if (!guest.root_is_volume) continue;
    const bool maps = kernel.is_builtin("dm_mod") || found->modules.contains("dm_mod");
    if (!found->lvm) faults.volumes.push_back(*file + " lacks lvm");
    if (!maps && kernel.has_module("dm_mod")) faults.volumes.push_back(*file + " lacks dm_mod");
  }
  if (guest.kernels.empty()) faults.drivers.emplace_back("/lib/modules has no kernel");
  return faults;
}

Error volumes_not_found(const Guest& guest, const InitramfsFaults& faults) {
  auto text = "the root is a logical volume, and " + joined(faults.volumes, ", ");
  if (guest.has(Capability::lvm)) return {Errc::guest_unbootable, std::move(text), {}};
  return {Errc::guest_unbootable, text + ", nor has the guest lvm2 to be put there",
          "install lvm2 on the source server and run the job again, or let its root stay a "
          "partition"};
}

Result<> check_initramfs(const Guest& guest) {
  const auto faults = initramfs_faults(guest);
  if (!faults) return fail(faults.error());
  if (!faults->volumes.empty()) return fail(volumes_not_found(guest, *faults));
  if (faults->drivers.empty()) return {};
  return fail(Errc::guest_unbootable, joined(faults->drivers, "; "));
}

}  // namespace ferry
