// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/allocation_map.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "disk/free_ranges.hpp"
#include "disk/partitions.hpp"
#include "disk_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using limits::mib;

AllocationMap map_of(const std::string& path) {
  const auto disk = open_source(path);
  const auto info = describe_disk(disk);
  if (!info) FAIL(to_string(info.error()));
  auto map = read_allocation_map(disk, *info);
  if (!map) FAIL(to_string(map.error()));
  std::uint64_t end = 0;
  for (const auto& extent : map->used) {
    CHECK(extent.offset % 4096 == 0);
    const bool ends_well =
        extent.length % 4096 == 0 || extent.offset + extent.length == disk.size();
    CHECK(ends_well);
    CHECK((end == 0 || extent.offset > end));
    end = extent.offset + extent.length;
  }
  CHECK(end <= disk.size());
  return std::move(*map);
}

/// Copies only what the map names, into a sparse file of the same size.
void copy_used(const std::string& from, const std::string& to, const AllocationMap& map) {
  const auto disk = open_source(from);
  sh("truncate -s " + std::to_string(disk.size()) + ' ' + to);
  const auto fd = open_file(to, O_WRONLY);
  REQUIRE(fd);
  Buffer buffer{mib};
  for (const auto& extent : map.used) {
    for (std::uint64_t done = 0; done < extent.length;) {
      const auto count = std::min<std::uint64_t>(mib, extent.length - done);
      REQUIRE(disk.read(extent.offset + done, buffer.span().first(count)));
      REQUIRE(write_at(*fd, buffer.memory.get(), count, extent.offset + done));
      done += count;
    }
  }
}

/// Fills a mounted file system with files and deletes every second one.
void fragment(const std::filesystem::path& point, int files, int kib) {
  const auto folder = point.string();
  const auto count = std::to_string(files);
  sh("cd " + folder + "; head -c " + std::to_string(kib) + "k /dev/urandom > seed;" +
     "for i in $(seq " + count + "); do cp seed f$i; echo $i >> f$i; done;" +
     "for i in $(seq 1 2 " + count + "); do rm f$i; done; sync -f .");
}

std::string tree_digest(const std::filesystem::path& point) {
  return sh("cd " + point.string() + "; find . -type f | sort | xargs sha256sum | sha256sum");
}

std::string number_of(const std::string& image, const std::string& field) {
  return sh("dumpe2fs " + image + " 2>/dev/null | sed -n 's/^.*" + field +
            " *\\([0-9]*\\).*$/\\1/p' | head -1");
}

bool covers_all(const AllocationMap& map, std::uint64_t size) {
  return map.used.size() == 1 && map.used[0].offset == 0 && map.used[0].length == size;
}

}  // namespace

TEST_CASE("a copy of only the used extents of a fragmented disk is a sound file system") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 384M " + image);
  // The second partition starts at no multiple of 4096.
  make_gpt(image, "start=2048,size=2047\\nstart=4097,size=614400");
  std::string digest;
  {
    const Loop loop{image, true};
    sh("mke2fs -q -F -t ext4 " + loop.device + "p2");
    const Mounted mounted{loop.device + "p2", folder.path / "mnt"};
    fragment(mounted.point, 400, 36);
    digest = tree_digest(mounted.point);
  }
  const auto map = map_of(image);
  CHECK(map.notes.size() == 1);  // the first partition holds nothing known
  CHECK(map.used.size() > 5);
  CHECK(map.used_bytes < 384 * mib / 2);
  copy_used(image, folder / "copy.raw", map);
  const Loop loop{folder / "copy.raw", true};
  sh("e2fsck -fn " + loop.device + "p2");
  const Mounted mounted{loop.device + "p2", folder.path / "mnt", "ro"};
  CHECK(tree_digest(mounted.point) == digest);
  // The table at both ends was copied too.
  CHECK(sh("sgdisk -v " + loop.device).find("No problems found") != std::string::npos);
}

TEST_CASE("block sizes, old formats and clusters are all understood") {
  const TempFolder folder;
  const std::vector<std::string> kinds{"-t ext2 -b 1024",
                                       "-t ext4 -b 1024",
                                       "-t ext3 -b 2048",
                                       "-t ext4 -b 65536 -O ^has_journal",
                                       "-t ext4 -O bigalloc -C 65536",
                                       "-t ext4 -O meta_bg,^resize_inode",
                                       "-t ext4 -O ^metadata_csum",
                                       "-t ext4 -O ^metadata_csum,uninit_bg",
                                       "-t ext4 -O ^flex_bg -E lazy_itable_init=1"};
  for (const auto& kind : kinds) {
    CAPTURE(kind);
    const auto image = folder / "disk.raw";
    std::filesystem::remove(image);
    std::filesystem::remove(folder / "copy.raw");
    sh("truncate -s 300M " + image + "; mke2fs -q -F " + kind + " " + image + " 2>&1");
    sh("mkdir -p " + (folder / "tree") + "; head -c 3M /dev/urandom > " + (folder / "tree/a") +
       "; head -c 5k /dev/urandom > " + (folder / "tree/b"));
    sh("cd " + folder.path.string() + "; for i in 1 2 3 4 5 6; do echo write tree/a a$i; " +
       "echo write tree/b b$i; done | debugfs -w disk.raw -f - >/dev/null 2>&1;" +
       "printf 'rm a2\\nrm b3\\nrm a5\\n' | debugfs -w disk.raw -f - >/dev/null 2>&1");
    sh("e2fsck -fn " + image + " 2>&1");
    const auto map = map_of(image);
    CHECK(map.notes.empty());
    CHECK(map.used_bytes < 150 * mib);
    // Exactly what the file system says, rounded to 4096 bytes at the borders.
    const auto free_bytes = std::stoull(number_of(image, "Free blocks:")) *
                            std::stoull(number_of(image, "Block size:"));
    const auto used_bytes = 300 * mib - free_bytes;
    CHECK(map.used_bytes >= used_bytes);
    CHECK(map.used_bytes <= used_bytes + 8192 * (map.used.size() + 4));
    copy_used(image, folder / "copy.raw", map);
    sh("e2fsck -fn " + (folder / "copy.raw") + " 2>&1");
    sh("cd " + folder.path.string() + "; for f in a1 a3 a4 a6; do " +
       "debugfs -R \"cat $f\" copy.raw 2>/dev/null | cmp - tree/a; done");
  }
}

TEST_CASE("a damaged map means that everything is copied") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 300M " + image + "; mke2fs -q -F -t ext4 -b 4096 " + image);
  REQUIRE(map_of(image).used_bytes < 100 * mib);
  const auto bitmap = std::stoull(number_of(image, "Block bitmap at"));
  std::uint64_t at = 0;
  SUBCASE("block bitmap") { at = bitmap * 4096 + 100; }
  SUBCASE("group descriptor") { at = 4096 + 12; }
  SUBCASE("super block") { at = 1024 + 12; }
  auto fd = open_file(image, O_RDONLY);
  char byte = 0;
  REQUIRE(read_at(*fd, &byte, 1, at));
  byte = static_cast<char>(byte ^ 0x55);
  poke(image, at, {&byte, 1});
  const auto map = map_of(image);
  CHECK(covers_all(map, 300 * mib));
  REQUIRE(map.notes.size() == 1);
  CHECK(map.notes[0].find(image + " partition 0 is copied whole") != std::string::npos);
}

TEST_CASE("without checksums a group whose count and bitmap differ is copied whole") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 300M " + image + "; mke2fs -q -F -t ext2 -b 4096 " + image);
  const auto before = map_of(image).used_bytes;
  const auto bitmap = std::stoull(number_of(image, "Block bitmap at"));
  poke(image, bitmap * 4096 + 2000, std::string("\x0f", 1));
  const auto map = map_of(image);
  REQUIRE(map.notes.size() == 1);
  CHECK(map.notes[0].find("group 0") != std::string::npos);
  CHECK(map.used_bytes > before + 100 * mib);
  CHECK(map.used_bytes < before + 130 * mib);
}

TEST_CASE("a file system with errors or an unreplayed journal is copied whole") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image + "; mke2fs -q -F -t ext4 " + image);
  std::string expected;
  SUBCASE("errors") {
    sh("debugfs -w -R 'ssv state 2' " + image + " 2>/dev/null");
    expected = "having errors";
  }
  SUBCASE("journal") {
    sh("debugfs -w -R 'feature needs_recovery' " + image + " >/dev/null 2>&1");
    expected = "not replayed";
  }
  SUBCASE("unclean") {
    sh("debugfs -w -R 'ssv state 0' " + image + " 2>/dev/null");
    expected = "not unmounted cleanly";
  }
  const auto map = map_of(image);
  CHECK(covers_all(map, 64 * mib));
  REQUIRE(map.notes.size() == 1);
  CHECK(map.notes[0].find(expected) != std::string::npos);
}

TEST_CASE("the map of a mounted file system knows blocks that were written a moment ago") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 128M " + image);
  make_gpt(image, "start=2048");
  const Loop loop{image, true};
  sh("mke2fs -q -F -t ext4 " + loop.device + "p1");
  const Mounted mounted{loop.device + "p1", folder.path / "mnt"};
  for (const auto& path : {loop.device, image}) {
    const auto before = map_of(path);
    CHECK(before.notes.empty());
    const auto file = mounted.point / random_id("f");
    sh("head -c 8M /dev/urandom > " + file.string() + "; sync " + file.string());
    const auto after = map_of(path);
    CHECK(after.notes.empty());
    CHECK(after.used_bytes >= before.used_bytes + 8 * mib);
    CHECK(after.used_bytes < 60 * mib);
  }
}

TEST_CASE("of swap space only the header is copied, of unknown content everything") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image);
  make_gpt(image, "start=2048,size=20M\\nsize=20M");
  {
    const Loop loop{image, true};
    sh("mkswap " + loop.device + "p1 >/dev/null; sync");
  }
  const auto map = map_of(image);
  CHECK(map.used_bytes == 64 * mib - 19 * mib);
  REQUIRE(map.notes.size() == 1);
  CHECK(map.notes[0].find("partition 2 is copied whole: no sound") != std::string::npos);
}

TEST_CASE("partitions that overlap or leave the disk free nothing") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image + "; mke2fs -q -F -t ext4 " + image);
  const auto disk = open_source(image);
  auto info = describe_disk(disk).value();
  REQUIRE(info.partitions.size() == 1);
  SUBCASE("overlap") {
    auto second = info.partitions[0];
    second.number = 2;
    second.offset = 32 * mib;
    second.size = 4096;
    info.partitions.push_back(second);
  }
  SUBCASE("past the end") { info.partitions[0].size += 4096; }
  SUBCASE("wrapping round") { info.partitions[0].offset = ~std::uint64_t{0} - 100; }
  const auto map = read_allocation_map(disk, info).value();
  CHECK(covers_all(map, disk.size()));
  CHECK(!map.notes.empty());
}

TEST_CASE("a list of free ranges gets coarser instead of larger") {
  FreeRanges ranges{1 << 30, 100};
  for (std::uint64_t i = 0; i < 10'000; ++i) ranges.add(i * 3 * 4096, 4096);
  ranges.add(200 * mib, 10 * mib);
  const auto left = ranges.take();
  CHECK(left.size() <= 100);
  REQUIRE(!left.empty());
  CHECK(left.back().offset == 200 * mib);
}
