// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/boot_loaders.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>

#include "base/limits.hpp"
#include "base/subprocess.hpp"
#include "fixups/lines.hpp"

namespace ferry {
namespace {

constexpr auto removable_path = "::/EFI/BOOT/BOOTX64.EFI";
/// What is started comes first: shim starts grub, which is beside it.
constexpr std::array loader_files{"shimx64.efi", "grubx64.efi", "systemd-bootx64.efi"};

/// Runs a program of mtools on a FAT partition.
Result<CommandOutput> mtools(const std::string& program, const std::string& device,
                             std::initializer_list<std::string> words) {
  Command command{.argv = {program, "-i", device}};
  command.argv.insert(command.argv.end(), words);
  auto output = run(command);
  if (!output && output.error().code == Errc::program_missing) {
    return fail(Errc::program_missing, output.error().what, "install the package mtools");
  }
  return output;
}

Result<> mtools_ok(const std::string& program, const std::string& device,
                   std::initializer_list<std::string> words) {
  const auto output = mtools(program, device, words);
  if (!output) return fail(output.error());
  if (output->exit_code == 0) return {};
  return fail(Errc::program_failed, program + " on the ESP: " + output->err);
}

Result<bool> has_file(const std::string& device, const std::string& path) {
  const auto found = mtools("mdir", device, {"-b", path});
  if (!found) return fail(found.error());
  return found->exit_code == 0;
}

/// Folders of EFI, "debian", as far as their names are plain.
Result<std::vector<std::string>> owners_on(const std::string& device) {
  const auto listed = mtools("mdir", device, {"-b", "::/EFI"});
  if (!listed) return fail(listed.error());
  std::vector<std::string> owners;
  for (const auto line : lines_of(listed->out)) {
    constexpr std::string_view start = "::/EFI/";
    if (!line.starts_with(start) || !line.ends_with('/')) continue;
    const std::string name{line.substr(start.size(), line.size() - start.size() - 1)};
    const bool plain = std::ranges::all_of(name, [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    });
    if (plain && name != "BOOT" && owners.size() < limits::guest_volumes_max) {
      owners.push_back(name);
    }
  }
  return owners;
}

/// The loaders of one partition, one for each owner.
Result<std::vector<HiddenLoader>> loaders_on(const std::string& device) {
  const auto owners = owners_on(device);
  if (!owners) return fail(owners.error());
  std::vector<HiddenLoader> loaders;
  for (const auto& owner : *owners) {
    for (const std::string file : loader_files) {
      const auto there = has_file(device, "::/EFI/" + owner + "/" + file);
      if (!there) return fail(there.error());
      if (!*there) continue;
      loaders.push_back({device, "EFI/" + owner, file});
      break;
    }
  }
  return loaders;
}

using Sector = std::array<unsigned char, 512>;
constexpr std::size_t code_bytes =
    440;  // of the first one; what follows is the disk's id and table

bool is_empty(const Sector& sector, std::size_t bytes) {
  return std::all_of(sector.begin(), sector.begin() + static_cast<std::ptrdiff_t>(bytes),
                     [](unsigned char byte) { return byte == 0; });
}

/// Whether a partition of the first disk begins with code. A new file system doesn't.
Result<bool> starts_a_partition(const AttachedDisks& disks) {
  for (const auto& volume : disks.volumes()) {
    if (volume.disk != 0 || volume.number == 0) continue;
    const auto device = open_file(volume.device, O_RDONLY);
    if (!device) return fail(device.error());
    Sector sector{};
    auto got = read_at(*device, sector.data(), sector.size(), 0);
    if (!got) return fail(got.error());
    if (sector[510] == 0x55 && sector[511] == 0xaa && !is_empty(sector, code_bytes)) return true;
  }
  return false;
}

}  // namespace

Result<bool> starts_by_bios(const AttachedDisks& disks) {
  const auto disk = open_file(disks.device(0), O_RDONLY);
  if (!disk) return fail(disk.error());
  Sector sector{};
  if (auto got = read_at(*disk, sector.data(), sector.size(), 0); !got) return fail(got.error());
  if (is_empty(sector, code_bytes)) return false;
  const std::string_view text{reinterpret_cast<const char*>(sector.data()), code_bytes};
  // What syslinux puts there, and Windows, starts what is in the first sector of a partition.
  if (text.find("Missing O") != text.npos || text.find("Missing operating") != text.npos) {
    return starts_a_partition(disks);
  }
  if (text.find("GRUB") == std::string_view::npos) return true;
  // grub's first sector holds where its core begins, in sectors, at this place.
  constexpr std::size_t core_at = 0x5c;
  std::uint64_t first = 0;
  for (int i = 7; i >= 0; --i) first = first << 8U | sector[core_at + static_cast<std::size_t>(i)];
  constexpr std::uint64_t sectors_max = limits::disk_bytes_max / 512;
  if (first == 0 || first >= sectors_max) return false;
  if (!read_at(*disk, sector.data(), sector.size(), first * 512)) return false;
  return !is_empty(sector, sector.size());
}

Result<bool> starts_by_uefi(const AttachedDisks& disks) {
  for (const auto& volume : disks.volumes()) {
    if (volume.filesystem != "vfat") continue;
    auto found = has_file(volume.device, removable_path);
    if (!found || *found) return found;
  }
  return false;
}

std::string HiddenLoader::about() const {
  return folder + "/" + file + " is copied to EFI/BOOT/BOOTX64.EFI";
}

Result<std::optional<HiddenLoader>> hidden_loader(const AttachedDisks& disks,
                                                  const std::string& owner) {
  const auto starts = starts_by_uefi(disks);
  if (!starts) return fail(starts.error());
  if (*starts) return std::nullopt;
  std::vector<HiddenLoader> all;
  for (const auto& volume : disks.volumes()) {
    if (volume.filesystem != "vfat") continue;
    const auto loaders = loaders_on(volume.device);
    if (!loaders) return fail(loaders.error());
    all.insert(all.end(), loaders->begin(), loaders->end());
  }
  const auto own = std::ranges::find(all, "EFI/" + owner, &HiddenLoader::folder);
  if (own != all.end()) return *own;
  if (all.size() == 1) return all.front();
  return std::nullopt;
}

Result<> show_loader(const HiddenLoader& loader, const std::filesystem::path& work) {
  const auto& device = loader.device;
  const auto there = has_file(device, "::/EFI/BOOT");
  if (!there) return fail(there.error());
  if (!*there) {
    if (auto made = mtools_ok("mmd", device, {"::/EFI/BOOT"}); !made) return made;
  }
  const auto copy = [&](const std::string& from, const std::string& to) -> Result<> {
    const auto file = (work / "loader.efi").string();
    if (auto got = mtools_ok("mcopy", device, {"-n", "-o", from, file}); !got) return got;
    return mtools_ok("mcopy", device, {"-o", file, to});
  };
  const auto folder = "::/" + loader.folder + "/";
  if (loader.file == loader_files[0]) {
    const auto second = has_file(device, folder + "grubx64.efi");
    if (!second) return fail(second.error());
    if (*second) {
      auto copied = copy(folder + "grubx64.efi", "::/EFI/BOOT/grubx64.efi");
      if (!copied) return copied;
    }
  }
  return copy(folder + loader.file, removable_path);
}

}  // namespace ferry
