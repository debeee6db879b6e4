// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Image files with small systems on real file systems, and a thread to attach them in: whoever
// attaches disks leaves this program's mounts.
#pragma once

#include <functional>
#include <set>
#include <thread>

#include "disk/mounts.hpp"
#include "images/mounted_guest.hpp"
#include "tests/disk/disk_fixture.hpp"

namespace ferry::test {

namespace fs = std::filesystem;

inline constexpr auto root_uuid = "0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001";
inline constexpr auto boot_uuid = "0f3a6e55-4a8c-4c2a-9a5e-6d1f00000002";

/// A folder with what makes a Linux root, to be written to disks.
struct SystemFolder {
  TempFolder folder;

  explicit SystemFolder(const std::string& fstab) {
    for (const auto* name : {"etc", "usr/bin", "boot", "var", "dev", "proc", "sys", "run", "tmp"}) {
      fs::create_directories(folder.path / name);
    }
    fs::create_symlink("usr/bin", folder.path / "bin");
    write("etc/fstab", fstab);
    write("etc/hostname", "small\n");
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder.path / name).parent_path());
    std::ofstream{folder.path / name, std::ios::binary} << text;
  }
};

/// Writes an ext4 of `mib` MiB with the folder's files at an offset of the image.
inline void put_ext4(const std::string& image, std::uint64_t offset_mib, std::uint64_t mib,
                     const std::string& uuid, const fs::path& files = {}) {
  sh("mke2fs -q -F -t ext4 -U " + uuid + " -E offset=" + std::to_string(offset_mib << 20) +
     (files.empty() ? "" : " -d '" + files.string() + "'") + " '" + image + "' " +
     std::to_string(mib << 10) + "k 2>&1");
}

inline std::string new_image(const TempFolder& folder, const std::string& name, int mib) {
  auto image = folder / name;
  sh("truncate -s " + std::to_string(mib) + "M '" + image + "'");
  return image;
}

/// Loop devices by what they show, mounts, and processes, as far as they have to do with a folder.
inline std::set<std::string> traces_of(const fs::path& folder) {
  std::set<std::string> traces;
  std::ifstream mounts{"/proc/mounts"};
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(folder.string()) != std::string::npos) traces.insert("mount " + line);
  }
  for (const auto& entry : fs::directory_iterator{"/sys/block"}) {
    const auto file = sysfs_text(entry.path() / "loop/backing_file");
    // A loop device of a process that is gone may only have the rest of a path.
    if (file.find(folder.filename().string()) != std::string::npos) {
      traces.insert("loop device of " + file);
    }
  }
  for (const auto& entry : fs::directory_iterator{"/proc"}) {
    const auto command = read_file(entry.path() / "cmdline", 1 << 20).value_or("");
    if (command.find(folder.string()) != std::string::npos) traces.insert("process " + command);
  }
  return traces;
}

inline std::string digest_of(const std::string& file) { return sh("sha256sum '" + file + "'"); }

/// Runs in a thread of its own and returns the error, or none.
inline Error in_thread(const std::function<Result<>()>& work) {
  Result<> result;
  std::thread{[&] { result = work(); }}.join();
  return result ? Error{} : result.error();
}

/// Attaches, mounts, lets `look` see the guest, and takes all away again.
inline Error with_guest(const std::vector<ImageFile>& images,
                        const std::function<void(const AttachedDisks&, const MountedGuest&)>& look,
                        const std::vector<MigratedVolume>& names = {}) {
  const TempFolder work;
  return in_thread([&]() -> Result<> {
    auto disks = AttachedDisks::attach(images, work.path);
    if (!disks) return fail(disks.error());
    auto guest = MountedGuest::mount(*disks, names);
    if (!guest) return fail(guest.error());
    look(*disks, *guest);
    if (auto done = guest->unmount(); !done) return done;
    return disks->detach();
  });
}

}  // namespace ferry::test
