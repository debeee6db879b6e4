// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Jobs of servers that hold a whole, if small, Linux system: its image is made fit to boot
// elsewhere, and nothing else of it differs from the source.
#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/random.hpp"
#include "tests/cluster/cluster.hpp"
#include "tests/images/small_guest.hpp"

using namespace ferry;
using namespace ferry::cluster_test;
namespace fs = std::filesystem;

namespace {

constexpr auto root_uuid = "0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001";
constexpr std::uint64_t disk_bytes = 64 * mib;
constexpr std::uint64_t guest_noise = 16 * mib;

/// `broken`: its maker of initramfs fails.
void make_guest_disk(const fs::path& image, bool broken = false) {
  const auto tree = fs::path{image.string() + ".tree"};
  test::make_small_guest(tree);
  for (std::uint64_t at = 0; at < guest_noise; at += mib) {
    std::ofstream{tree / "noise", std::ios::app | std::ios::binary} << random_bytes(mib);
  }
  if (broken) {
    std::ofstream{tree / "usr/sbin/update-initramfs"} << "#!/bin/sh\necho no space >&2\nexit 7\n";
  }
  std::ofstream{image};
  fs::resize_file(image, disk_bytes);
  make_partition_table(image);
  must_run({"mke2fs", "-q", "-F", "-t", "ext4", "-U", root_uuid, "-d", tree.string(), "-E",
            "offset=" + std::to_string(partition_offset), image.string(),
            std::to_string((disk_bytes - 2 * mib) / 1024) + "k"});
  fs::remove_all(tree);
}

std::string read_range(const fs::path& file, const ChangedRange& range) {
  std::string bytes(range.length, '\0');
  std::ifstream in{file, std::ios::binary};
  in.seekg(static_cast<std::streamoff>(range.offset));
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

std::string cat(const fs::path& raw, const std::string& path) {
  return must_run({"debugfs", "-R", "cat " + path,
                   raw.string() + "?offset=" + std::to_string(partition_offset)});
}

/// The image of the newest run: what it has, and that it is the disk outside of the ranges told.
void check_image(const JobView& job, const fs::path& disk, const fs::path& folder) {
  const auto& report = job.fix_ups;
  CHECK(report.outcome == "applied");
  CHECK(report.patches >= 4);
  CHECK(report.rebuilt.size() == 2);
  const auto raw = folder / "image.raw";
  must_run({"qemu-img", "convert", "-f", "qcow2", "-O", "raw",
            (fs::path{job.image_path} / "system.qcow2").string(), raw.string()});
  CHECK(cat(raw, "/etc/fstab") == "UUID=" + std::string{root_uuid} +
                                      " / ext4 defaults 0 1\n"
                                      "/dev/sdb1 /backup ext4 defaults,nofail 0 2\n");
  CHECK(cat(raw, "/etc/network/interfaces").find("inet dhcp") != std::string::npos);
  CHECK(cat(raw, "/boot/grub/grub.cfg").find("root=UUID=" + std::string{root_uuid}) !=
        std::string::npos);
  REQUIRE(report.disks.size() == 1);
  CHECK(report.disks[0].changed_bytes < 16 * mib);
  std::fstream out{raw, std::ios::in | std::ios::out | std::ios::binary};
  for (const auto& range : report.disks[0].changed) {
    const auto bytes = read_range(disk, range);
    out.seekp(static_cast<std::streamoff>(range.offset));
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  REQUIRE(out.flush().good());
  must_run({"cmp", raw.string(), disk.string()});
}

bool tells(const Cluster& cluster, const std::string& id, const std::string& words) {
  const auto list = from_json<EventList>(cluster.must({"job", "events", id}));
  return std::ranges::any_of(list.events, [&](const EventView& event) {
    return event.text.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a job makes the image of each run fit to boot, and sends only what the source changed") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_guest_disk(disk);
  Cluster cluster{{.disks = {disk}}};
  const auto id = cluster.start_job({"--every", "1", "--keep", "1"});
  const auto first = cluster.wait_for_status(id, "Waiting");
  check_image(first, disk, folder.path());
  CHECK(
      tells(cluster, id,
            "; boot fix-ups: " + std::to_string(first.fix_ups.patches) + " changes, 2 rebuilt; "));
  {
    // Into the noise, as the server would.
    const Fd fd{::open(disk.c_str(), O_WRONLY | O_CLOEXEC)};
    const std::string piece(64 << 10, 'n');
    REQUIRE(::pwrite(fd.get(), piece.data(), piece.size(), 20 * mib) > 0);
  }
  cluster.must({"job", "start", id});
  const auto second = cluster.wait_for(id, "a second run", [](const JobView& job) {
    return job.status == "Waiting" && job.runs.size() == 2;
  });
  CHECK(second.disks.at(0).bytes_sent < 8 * mib);
  check_image(second, disk, folder.path());
  cluster.must({"job", "cutover", id});
  cluster.wait_for_status(id, "Finished");
  cluster.check_nothing_temporary();
}

TEST_CASE("a guest that can't be made fit stops its job, which goes on without") {
  TempFolder folder;
  const auto disk = folder.path() / "system.raw";
  make_guest_disk(disk, true);
  Cluster cluster{{.disks = {disk}}};
  const auto id = cluster.start_job({"--network", "keep"});
  const auto failed = cluster.wait_for_status(id, "InError");
  CHECK(failed.error_code == static_cast<std::uint16_t>(Errc::fix_ups_failed));
  CHECK(failed.error.find("FERRY-1022 update-initramfs") != std::string::npos);
  CHECK(failed.error.find("no space") != std::string::npos);
  CHECK(failed.fix.find("--fixups off") != std::string::npos);
  cluster.must({"job", "modify", id, "--fixups", "off"});
  cluster.must({"job", "retry", id});
  const auto done = cluster.wait_for_status(id, "Finished");
  CHECK(done.fix_ups.outcome.empty());
  cluster.check_finished(done, {disk});
}
