// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/server_disk.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.hpp"
#include "base/random.hpp"
#include "base/subprocess.hpp"

namespace ferry::cluster_test {

namespace fs = std::filesystem;

std::string must_run(const std::vector<std::string>& argv) {
  auto out = run_ok({.argv = argv});
  REQUIRE_MESSAGE(out.has_value(), (out ? "" : to_string(out.error())));
  return *out;
}

TempFolder::TempFolder() : path_(fs::temp_directory_path() / random_id("ferry-cluster")) {
  fs::create_directory(path_);
}

TempFolder::~TempFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
  if (error) MESSAGE(path_.string() << " is left: " << error.message());
}

namespace {

void write_noise(const fs::path& file, std::uint64_t bytes) {
  std::ofstream out{file, std::ios::binary};
  for (std::uint64_t at = 0; at < bytes; at += mib) {
    out << random_bytes(static_cast<std::size_t>(std::min(mib, bytes - at)));
  }
  REQUIRE(out.flush().good());
}

}  // namespace

void make_partition_table(const fs::path& image) {
  // That of a root on x86-64. (sgdisk, which has a number for it, sleeps a second.)
  const std::string type = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709";
  must_run({"sh", "-c",
            "echo start=" + std::to_string(partition_offset / 512) + ", type=" + type +
                " | sfdisk -q -X gpt \"$0\"",
            image.string()});
}

void make_server_disk(const fs::path& image, std::uint64_t bytes, std::uint64_t noise_bytes,
                      const std::string& filesystem) {
  const auto tree = image.string() + ".tree";
  fs::create_directories(tree + "/etc");
  std::ofstream{tree + "/etc/os-release"}
      << "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
  std::ofstream{tree + "/etc/hostname"} << "source01\n";
  write_noise(tree + "/noise", noise_bytes);
  std::ofstream{image};
  fs::resize_file(image, bytes);
  make_partition_table(image);
  // The last MiB holds the second partition table.
  const auto kib = (bytes - partition_offset - mib) / 1024;
  if (filesystem == "btrfs") {  // which is made into a file of its own only
    const auto made = image.string() + ".btrfs";
    must_run({"truncate", "-s", std::to_string(kib) + "K", made});
    must_run({"mkfs.btrfs", "-q", "--rootdir", tree, made});
    must_run({"dd", "if=" + made, "of=" + image.string(), "bs=1M",
              "seek=" + std::to_string(partition_offset / mib), "conv=notrunc,sparse",
              "status=none"});
    fs::remove(made);
  } else {
    must_run({"mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, "-E",
              "offset=" + std::to_string(partition_offset), image.string(),
              std::to_string(kib) + "k"});
  }
  fs::remove_all(tree);
}

bool same_contents(const fs::path& raw, const fs::path& qcow2) {
  auto output = run(
      {.argv = {"qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw.string(), qcow2.string()}});
  REQUIRE(output.has_value());
  INFO(output->out << output->err);
  CHECK(output->exit_code == 0);
  return output->exit_code == 0;
}

Mount::Mount(const fs::path& point, const std::vector<std::string>& mount_words) : point_(point) {
  if (!fs::exists(point_)) fs::create_directories(point_);
  std::vector<std::string> argv{"mount"};
  argv.insert(argv.end(), mount_words.begin(), mount_words.end());
  argv.push_back(point_.string());
  must_run(argv);
}

Mount::~Mount() {
  auto done = run_ok({.argv = {"umount", point_.string()}});
  if (!done) done = run_ok({.argv = {"umount", "-l", point_.string()}});
  if (!done) MESSAGE(to_string(done.error()));
}

/// Without udev or devtmpfs nobody else makes the partition's node, and partitions that
/// an earlier user of this loop device left would show up as ours.
LoopDisk::LoopDisk(const fs::path& image) {
  device_ = must_run({"losetup", "-f", "--show", image.string()});
  device_.erase(device_.find_last_not_of('\n') + 1);
  (void)run({.argv = {"partx", "-d", device_}});
  must_run({"partx", "-a", device_});
  auto number =
      read_file("/sys/class/block/" + fs::path{partition()}.filename().string() + "/dev", 64);
  REQUIRE(number.has_value());
  const auto colon = number->find(':');
  const auto device = makedev(static_cast<unsigned>(std::stoul(*number)),
                              static_cast<unsigned>(std::stoul(number->substr(colon + 1))));
  if (!fs::exists(partition())) REQUIRE(::mknod(partition().c_str(), S_IFBLK | 0600, device) == 0);
}

LoopDisk::~LoopDisk() {
  (void)run({.argv = {"partx", "-d", device_}});
  std::error_code ignored;
  fs::remove(partition(), ignored);
  auto done = run_ok({.argv = {"losetup", "-d", device_}});
  if (!done) MESSAGE(to_string(done.error()));
}

}  // namespace ferry::cluster_test
