// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Disks of source servers for the tests: real partition tables and file systems in
// files, made without root's help where possible, and gone with their owners.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ferry::cluster_test {

inline constexpr std::uint64_t mib = 1024 * 1024;
inline constexpr std::uint64_t partition_offset = mib;  // of the only partition

/// Runs a program that must succeed; the test fails with its words otherwise.
std::string must_run(const std::vector<std::string>& argv);

/// A folder with a unique name, removed at the end with all that is in it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes a GPT with one partition of type Linux root, which ends a MiB before the image does.
void make_partition_table(const std::filesystem::path& image);

/// Writes a raw image: GPT, one partition (ext4 or btrfs) with what makes it a Linux server, and
/// a file of `noise_bytes` that no compression makes smaller.
void make_server_disk(const std::filesystem::path& image, std::uint64_t bytes,
                      std::uint64_t noise_bytes, const std::string& filesystem = "ext4");

/// A source server of one such disk.
struct OneDiskServer {
  TempFolder folder;
  std::filesystem::path disk = folder.path() / "system.raw";
  OneDiskServer(std::uint64_t bytes, std::uint64_t noise_bytes) {
    make_server_disk(disk, bytes, noise_bytes);
  }
};

/// Compares contents, whatever the formats; trailing zeros of the longer one are equal.
bool same_contents(const std::filesystem::path& raw, const std::filesystem::path& qcow2);

/// A mounted file system, unmounted at the end.
class Mount {
 public:
  Mount(const std::filesystem::path& point, const std::vector<std::string>& mount_words);
  ~Mount();
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;

  [[nodiscard]] const std::filesystem::path& point() const { return point_; }

 private:
  std::filesystem::path point_;
};

/// An image as /dev/loopN with its partition as a device of its own.
class LoopDisk {
 public:
  explicit LoopDisk(const std::filesystem::path& image);
  ~LoopDisk();
  LoopDisk(const LoopDisk&) = delete;
  LoopDisk& operator=(const LoopDisk&) = delete;

  [[nodiscard]] const std::string& device() const { return device_; }
  [[nodiscard]] std::string partition() const { return device_ + "p1"; }

 private:
  std::string device_;
};

}  // namespace ferry::cluster_test
