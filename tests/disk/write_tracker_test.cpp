// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// On loop devices of this kernel: what its block layer completes is real.
#include "disk/write_tracker.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "base/limits.hpp"
#include "disk/mounts.hpp"
#include "tests/disk/disk_fixture.hpp"

namespace ferry::test {
namespace {

WriteTracker watch(const SourceDisk& disk) {
  auto tracker = WriteTracker::watch(disk);
  if (!tracker) FAIL(to_string(tracker.error()));
  return std::move(*tracker);
}

std::vector<Extent> take(WriteTracker& tracker) {
  auto taken = tracker.take();
  if (!taken) FAIL(to_string(taken.error()));
  return *taken;
}

bool covered(const std::vector<Extent>& extents, std::uint64_t offset, std::uint64_t length) {
  return std::ranges::any_of(extents, [&](const Extent& extent) {
    return extent.offset <= offset && offset + length <= extent.end();
  });
}

/// The blocks of 4 KiB in which two files differ.
std::vector<std::uint64_t> differing_blocks(const std::string& one, const std::string& other) {
  std::ifstream first{one, std::ios::binary};
  std::ifstream second{other, std::ios::binary};
  std::string a(limits::granule_bytes, '\0');
  std::string b = a;
  std::vector<std::uint64_t> found;
  for (std::uint64_t at = 0;
       first.read(a.data(), limits::granule_bytes) && second.read(b.data(), limits::granule_bytes);
       at += limits::granule_bytes) {
    if (a != b) found.push_back(at);
  }
  return found;
}

struct TrackedDisk {
  TrackedDisk() { sh("truncate -s 256M " + image); }
  TempFolder folder;
  std::string image = (folder.path / "disk").string();
};

}  // namespace

TEST_CASE("each block that a file system writes is marked, and little else") {
  TrackedDisk disk;
  sh("mkfs.ext4 -q " + disk.image);
  const Loop loop{disk.image};
  const Mounted mounted{loop.device, disk.folder.path / "mnt"};
  const auto point = mounted.point.string();
  sh("cd " + point + " && mkdir d && head -c 40M /dev/urandom > base && cp -r /etc/apt d; sync");

  const auto source = open_source(loop.device);
  auto tracker = watch(source);
  const auto before = (disk.folder.path / "before").string();
  CHECK(take(tracker).empty());
  sh("sync; cp --sparse=always " + disk.image + " " + before);
  sh("cd " + point + R"( && for i in $(shuf -i 0-10239 -n 200); do
       dd if=/dev/urandom of=base bs=4k count=1 seek=$i conv=notrunc status=none
     done; rm -r d; for i in $(seq 300); do echo $i > f$i; done; sync)");
  const auto bytes = tracker.marked_bytes();
  const auto marked = take(tracker);
  CHECK(bytes == sum_of(marked));
  sh("sync -f " + point);
  const auto differing = differing_blocks(before, disk.image);
  REQUIRE(differing.size() > 200);
  std::size_t missed = 0;
  for (const auto block : differing) {
    if (!covered(marked, block, limits::granule_bytes)) ++missed;
  }
  CHECK(missed == 0);
  CHECK(sum_of(marked) < 128 * limits::mib);
  CHECK(tracker.marked_bytes() < 1 * limits::mib);
}

TEST_CASE("a write is in the first look after it, and in no later one") {
  TrackedDisk disk;
  const Loop loop{disk.image};
  const auto source = open_source(loop.device);
  auto tracker = watch(source);
  const auto write = [&](int mebibyte, const char* more = "") {
    sh("dd if=/dev/urandom of=" + loop.device +
       " bs=1M count=1 oflag=direct status=none seek=" + std::to_string(mebibyte) + more);
  };
  write(3);
  CHECK(take(tracker) == std::vector<Extent>{{3 * limits::mib, limits::mib}});
  CHECK(take(tracker).empty());
  write(255);
  write(7);
  write(8);
  CHECK(tracker.marked_bytes() == 3 * limits::mib);
  // Of a part of the disk its own count, each block of it that is touched.
  constexpr auto block = limits::tracked_block_bytes;
  CHECK(tracker.marked_bytes({0, 7 * limits::mib}) == 0);
  CHECK(tracker.marked_bytes({0, 7 * limits::mib + 1}) == block);
  CHECK(tracker.marked_bytes({9 * limits::mib - 1, 100 * limits::mib}) == block);
  CHECK(tracker.marked_bytes({9 * limits::mib, 246 * limits::mib}) == 0);
  CHECK(tracker.marked_bytes({7 * limits::mib + 3 * block, 4 * block}) == 4 * block);
  CHECK(take(tracker) ==
        std::vector<Extent>{{7 * limits::mib, 2 * limits::mib}, {255 * limits::mib, limits::mib}});
  sh("dd if=" + loop.device + " of=/dev/null bs=1M count=20 iflag=direct status=none");
  CHECK(take(tracker).empty());
  // A single sector marks the block that it is in.
  sh("dd if=/dev/urandom of=" + loop.device + " bs=512 count=1 oflag=direct status=none seek=1025");
  CHECK(take(tracker) == std::vector<Extent>{{512 * limits::kib, limits::tracked_block_bytes}});
}

TEST_CASE("what is discarded is marked, or the tracker says that it can't tell") {
  TrackedDisk disk;
  const Loop loop{disk.image};
  const auto source = open_source(loop.device);
  auto tracker = watch(source);
  sh("blkdiscard -o 1M -l 2M " + loop.device);
  CHECK(covered(take(tracker), 1 * limits::mib, 2 * limits::mib));
  sh("blkdiscard " + loop.device);
  const auto taken = tracker.take();
  if (taken) {
    CHECK(covered(*taken, 0, 256 * limits::mib));
  } else {
    CHECK(taken.error().what.find("larger than 32 MiB") != std::string::npos);
    CHECK(!tracker.take());
  }
}

TEST_CASE("writes to a partition are told from its beginning, those beside it not at all") {
  TrackedDisk disk;
  make_gpt(disk.image, "start=2048, size=65536\\nstart=67584, size=65536");
  const Loop loop{disk.image, true};
  const auto source = open_source(loop.device + "p2");
  auto tracker = watch(source);
  sh("dd if=/dev/urandom of=" + loop.device + "p1 bs=1M count=1 seek=2 oflag=direct status=none");
  CHECK(take(tracker).empty());
  sh("dd if=/dev/urandom of=" + loop.device + "p2 bs=1M count=1 seek=2 oflag=direct status=none");
  CHECK(take(tracker) == std::vector<Extent>{{2 * limits::mib, limits::mib}});
}

TEST_CASE("where writes can't be tracked completely, the reason is told") {
  TrackedDisk disk;
  const auto file = WriteTracker::watch(open_source(disk.image));
  REQUIRE(!file);
  CHECK(file.error().what.find("is no block device") != std::string::npos);

  const Loop loop{disk.image};
  const auto source = open_source(loop.device);
  auto tracker = watch(source);
  const auto switch_of = "/sys/block/" + loop.device.substr(5) + "/queue/iostats";
  sh("echo 0 > " + switch_of);
  const auto uncounted = WriteTracker::watch(source);
  const auto taken = tracker.take();
  sh("echo 1 > " + switch_of);
  REQUIRE(!uncounted);
  CHECK(uncounted.error().what.find("doesn't count writes") != std::string::npos);
  CHECK(!taken);
}

}  // namespace ferry::test
