// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Small guests with the files that real distributions write, one for each way to start a Linux
// server, and a digest of all that a fix-up could change in them.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.hpp"
#include "fixups/apply.hpp"
#include "fixups/fix_up.hpp"

namespace ferry::test {

namespace fs = std::filesystem;

/// A guest's root folder, and a folder beside it that nothing may touch.
struct GuestFolder {
  // In memory where there is such a folder: every file is synced, hundreds of times.
  fs::path base =
      (fs::is_directory("/dev/shm") ? fs::path{"/dev/shm"} : fs::temp_directory_path()) /
      random_id("ferry-guest");
  fs::path root = base / "root";
  fs::path outside = base / "outside";

  GuestFolder() {
    fs::create_directories(root / "var/lib");
    fs::create_directories(outside);
    std::ofstream{outside / "canary"} << "canary\n";
  }
  ~GuestFolder() {
    std::error_code ignored;
    fs::remove_all(base, ignored);
  }
  GuestFolder(const GuestFolder&) = delete;
  GuestFolder& operator=(const GuestFolder&) = delete;

  void write(const std::string& path, const std::string& text, unsigned mode = 0644) const {
    const auto file = root / path.substr(1);
    fs::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << text;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    // An old file: times that come back can't be those of the test's own writing.
    const timespec times[2] = {{1'600'000'000, 1234}, {1'500'000'000, 987654321}};
    REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
  }
  void link(const std::string& path, const std::string& target) const {
    const auto file = root / path.substr(1);
    fs::create_directories(file.parent_path());
    fs::create_symlink(target, file);
  }
  [[nodiscard]] std::string read(const std::string& path) const {
    std::ifstream in{root / path.substr(1), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  [[nodiscard]] bool has(const std::string& path) const {
    return fs::exists(fs::symlink_status(root / path.substr(1)));
  }
};

/// Every name beneath a folder with its kind, content, mode, owner and time of change; of
/// folders only that they are there.
inline std::map<std::string, std::string> tree_of(const fs::path& folder) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    struct stat status {};
    REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
    auto& line = tree[entry.path().lexically_relative(folder).string()];
    line = std::to_string(status.st_mode) + " " + std::to_string(status.st_uid) + ":" +
           std::to_string(status.st_gid);
    if (S_ISDIR(status.st_mode)) continue;
    line += " " + std::to_string(status.st_mtim.tv_sec) + "." +
            std::to_string(status.st_mtim.tv_nsec) + " ";
    if (S_ISLNK(status.st_mode)) line += fs::read_symlink(entry.path()).string();
    if (S_ISREG(status.st_mode)) {
      std::ifstream in{entry.path(), std::ios::binary};
      line += sha256(std::string{std::istreambuf_iterator<char>{in}, {}});
    }
  }
  return tree;
}

/// As tree_of, but what a guest then does, not when it was written; without the state folder.
inline std::map<std::string, std::string> contents_of(const fs::path& folder) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    const auto name = entry.path().lexically_relative(folder).string();
    if (name.starts_with("var/lib/edgeferry")) continue;
    auto& line = tree[name];
    if (entry.is_symlink()) {
      line = "-> " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      std::ifstream in{entry.path(), std::ios::binary};
      line = std::string{std::istreambuf_iterator<char>{in}, {}};
    }
  }
  return tree;
}

inline void add_kernel(const GuestFolder& guest, const std::string& version,
                       const std::string& suffix = ".ko") {
  std::string dep;
  for (const std::string module :
       {"virtio/virtio", "virtio/virtio_ring", "virtio/virtio_pci", "block/virtio_blk",
        "scsi/virtio_scsi", "net/virtio_net", "nvme/host/nvme", "nvme/host/nvme-core"}) {
    dep += "kernel/drivers/" + module + suffix + ":\n";
  }
  guest.write("/lib/modules/" + version + "/modules.dep", dep);
  guest.write("/lib/modules/" + version + "/modules.builtin", "kernel/fs/ext4/ext4.ko\n");
  fs::create_directories(guest.root / "lib/modules/extra");
}

void make_debian(const GuestFolder& guest);
void make_ubuntu(const GuestFolder& guest);
void make_el(const GuestFolder& guest);
void make_suse(const GuestFolder& guest);
void make_alpine(const GuestFolder& guest);

struct Family {
  const char* name;
  void (*make)(const GuestFolder&);
};
inline const std::vector<Family>& families() {
  static const std::vector<Family> list{{"debian", make_debian},
                                        {"ubuntu", make_ubuntu},
                                        {"el", make_el},
                                        {"suse", make_suse},
                                        {"alpine", make_alpine}};
  return list;
}

/// The disks of all these guests: sda1 is the root, sda5 the swap; sdb stays behind.
inline FixUpSettings settings_for(NetworkMode network) {
  FixUpSettings settings;
  settings.volumes = {{"/dev/sda1", "0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001", "root"},
                      {"/dev/sda2", "1A2B-3C4D"},
                      {"/dev/sda5", "0f3a6e55-4a8c-4c2a-9a5e-6d1f00000005"}};
  settings.network = network;
  settings.nics = {{"ens192", "00:50:56:ab:cd:01", "52:54:00:00:00:01"}};
  return settings;
}

inline Guest look(const GuestFolder& folder) {
  auto guest = Guest::look_at(folder.root.string());
  if (!guest) FAIL(to_string(guest.error()));
  return std::move(*guest);
}

inline FixUpPlan plan(const GuestFolder& folder, const FixUpSettings& settings) {
  const auto guest = look(folder);
  auto made = plan_fix_ups(guest, settings);
  if (!made) FAIL(to_string(made.error()));
  return std::move(*made);
}

/// Plans and applies; returns the files changed.
inline std::vector<std::string> fix(const GuestFolder& folder, const FixUpSettings& settings) {
  const auto guest = look(folder);
  const auto made = plan_fix_ups(guest, settings);
  if (!made) FAIL(to_string(made.error()));
  auto files = apply_patches(guest, made->patches);
  if (!files) FAIL(to_string(files.error()));
  return std::move(*files);
}

}  // namespace ferry::test
