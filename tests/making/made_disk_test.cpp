// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Disks are made from plans of real source disks, and programs that had no part in it say whether
// their identities are the source's.
#include "making/made_disk.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/wait.h>

#include "base/crash_point.hpp"
#include "disk/filesystem_facts.hpp"
#include "tests/making/making_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// 10 GiB: BIOS boot at sector 34, ESP, swap, / (ext4).
struct GptSource : SourceFile {
  GptSource()
      : SourceFile("gpt",
                   "first-lba: 34\n"
                   "start=34, size=2014, type=21686148-6449-6E6F-744E-656564454649, name=bios\n"
                   "size=60M, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=\"EFI System\"\n"
                   "size=512M, type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F\n"
                   "type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=Wurzel, "
                   "attrs=\"LegacyBIOSBootable GUID:60\"",
                   10 * gib) {
    look({});
    const auto& found = inventory.disks[0].partitions;
    REQUIRE(found.size() == 4);
    make(found[1].offset, found[1].size, "mkfs.fat -I -n ESP -i 1234ABCD");
    make(found[2].offset, found[2].size, std::string{"mkswap -L old -U "} + uuid_a);
    make(found[3].offset, found[3].size,
         std::string{"mkfs.ext4 -q -m 2 -O ^metadata_csum,^64bit,^orphan_file -L root -U "} +
             uuid_b);
    look({{4, "/"}});
  }
};

/// Ends the process at a point, as a kill would.
struct Killer : CrashPoints {
  std::string_view at;
  void crash_point(std::string_view name) override {
    if (name == at) ::kill(::getpid(), SIGKILL);
  }
};

void killed_at(const std::string& point, const std::function<void()>& work) {
  const auto child = ::fork();
  if (child == 0) {
    Killer killer;
    killer.at = point;
    crash_with(&killer);
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("a GPT disk of 3 GiB has the identity of the one of 10 GiB that it stands for") {
  const GptSource source;
  const auto layout = source.layout({{{0, 3 * gib, false, {{"/", 0, "file"}}}}});
  const TempFolder folder;
  const auto file = folder / "disk0.raw";
  good(make_disk(file, layout, 0, false));
  CHECK(std::filesystem::file_size(file) == 3 * gib);
  CHECK(table_identity(file) == table_identity(source.file));
  CHECK(sh("sfdisk --verify " + file + " 2>&1").find("No errors") != std::string::npos);
  const auto list = parts(layout);
  REQUIRE(list.size() == 4);  // head, BIOS boot, ESP, /
  const auto& root = list[3];
  CHECK(identity(file, root.target_offset, root.target_size) ==
        identity(source.file, root.source_offset, root.source_size));
  const auto swap = layout.disks[0].partitions[2];
  CHECK(identity(file, swap.offset, swap.size) ==
        identity(source.file, swap.from.offset, swap.from.size));
  // The super block says the same of both, but for counts.
  const auto features = [&](const std::string& of, std::uint64_t offset, std::uint64_t size) {
    const auto loop = good(LoopDevice::attach(of, offset, size, 512));
    return sh("dumpe2fs -h " + loop.path() +
              " 2>/dev/null | grep -E '^(Filesystem features|Inode size|Block size):'");
  };
  CHECK(features(file, root.target_offset, root.target_size) ==
        features(source.file, root.source_offset, root.source_size));

  SUBCASE("files arrive, the disk is sealed, and its boot code is in place") {
    auto disk = good(MadeDisk::open(file, layout, 0));
    REQUIRE(disk.tree(3) != nullptr);
    CHECK(disk.tree(0) == nullptr);
    std::ofstream{disk.tree(3)->path() / "hello"} << "world";
    CHECK(sh("cat /proc/mounts").find(file) == std::string::npos);
    CHECK_FALSE(disk.seal());  // its boot code has not arrived
    sh("printf 'boot code' | dd of=" + source.file + " conv=notrunc status=none");
    write_head(file, source.file, list[0].source_size);
    disk = good(MadeDisk::open(file, layout, 0));
    good(disk.seal());
    CHECK(disk.tree(3) == nullptr);
    CHECK(sh("head -c 9 " + file) == "boot code");
    CHECK(table_identity(file) == table_identity(source.file));
    CHECK(ask(file, root, "debugfs -R 'cat hello'") == "world");
    good(make_disk(file, layout, 0, true));
    auto again = good(MadeDisk::open(file, layout, 0));
    CHECK(sh("cat " + (again.tree(3)->path() / "hello")
                          .string()
                          .replace(0, 10, "/proc/" + std::to_string(::getpid()))) == "world");
    good(again.seal());
    CHECK(traces_of(folder.path).empty());
  }
  SUBCASE("another plan is not taken for the one it was made from") {
    auto other = layout;
    other.disks[0].partitions[3].size -= 1 * mib;
    CHECK(make_disk(file, other, 0, false).error().code == Errc::transfer_refused);
  }
}

TEST_CASE("whoever is killed while a disk is made or filled leaves nothing and loses nothing") {
  const GptSource source;
  const auto layout = source.layout({{{0, 3 * gib, false, {{"/", 0, "file"}}}}});
  const TempFolder folder;
  const auto file = folder / "disk0.raw";
  for (const auto* point : {"making: a disk has its table and no file system",
                            "making: a disk has its file systems, not named yet",
                            "making: a disk has its name, not durably"}) {
    std::filesystem::remove(file);
    killed_at(point, [&] { (void)make_disk(file, layout, 0, false); });
    CHECK(traces_of(folder.path).empty());
    good(make_disk(file, layout, 0, false));
    CHECK(table_identity(file) == table_identity(source.file));
  }
  const auto child = ::fork();
  if (child == 0) {
    auto disk = MadeDisk::open(file, layout, 0);
    std::ofstream{disk->tree(3)->path() / "received"} << "durable";
    if (!disk->tree(3)->sync()) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  sh("for i in $(seq 50); do losetup -a | grep -q " + folder.path.filename().string() +
     " || break; sleep 0.1; done");
  CHECK(traces_of(folder.path).empty());
  good(make_disk(file, layout, 0, false));
  auto disk = good(MadeDisk::open(file, layout, 0));
  std::ifstream in{disk.tree(3)->path() / "received"};
  std::string text;
  in >> text;
  CHECK(text == "durable");
}

TEST_CASE("an MBR keeps its id, its active and logical partitions and the code behind it") {
  SourceFile source{"dos",
                    "label-id: 0xcafe1234\n"
                    "1 : start=63, size=512M, type=83, bootable\n2 : size=512M, type=7\n"
                    "3 : size=3G, type=5\n5 : size=400M, type=83\n6 : size=1G, type=83\n",
                    6 * gib};
  source.look({});
  const auto& found = source.inventory.disks[0].partitions;
  REQUIRE(found.size() == 4);
  source.make(found[0].offset, found[0].size,
              std::string{"mkfs.ext2 -q -F -O ^resize_inode -I 128 -b 4096 -L boot -U "} + uuid_a);
  source.make(found[2].offset, found[2].size,
              std::string{"mkfs.xfs -q -f -m reflink=0,bigtime=0,inobtcount=0,rmapbt=0,uuid="} +
                  uuid_b + " -L data");
  source.make(
      found[3].offset, found[3].size,
      std::string{"mkfs.btrfs -q -f -O ^no-holes -R ^free-space-tree --csum xxhash -L old -U "} +
          uuid_c);
  source.look({{1, "/"}, {5, "/srv"}, {6, "/home"}});
  const auto layout = source.layout(
      {{{0,
         0,
         false,
         {{"/", 300 * mib, "file"}, {"/srv", 320 * mib, "file"}, {"/home", 512 * mib, "file"}}}}});
  const TempFolder folder;
  const auto file = folder / "disk0.raw";
  good(make_disk(file, layout, 0, false));
  const auto list = parts(layout);
  const auto sorted = [&](const std::string& of) {
    std::ofstream{folder / "table"} << table_identity(of);
    return sh("grep -vE ' ?type=(5|f)$' " + (folder / "table") + " | sort");
  };
  CHECK(sorted(file) == sorted(source.file));
  CHECK(list[0].kind == PartKind::head);
  CHECK(list[0].source_size == 63 * 512);
  for (const auto& part : list) {
    if (part.kind != PartKind::files) continue;
    CAPTURE(part.from.mount_point);
    CHECK(identity(file, part.target_offset, part.target_size) ==
          identity(source.file, part.source_offset, part.source_size));
    const auto loop =
        good(LoopDevice::attach(source.file, part.source_offset, part.source_size, 512));
    const auto facts = [](int fd, std::uint64_t size, const std::string& filesystem) {
      auto told = good(read_filesystem_facts(fd, 0, size, filesystem));
      told.inodes = told.inodes_used = 0;
      return to_json(told);
    };
    const auto made = good(LoopDevice::attach(file, part.target_offset, part.target_size, 512));
    CHECK(facts(made.descriptor(), part.target_size, part.from.filesystem) ==
          facts(loop.descriptor(), part.source_size, part.from.filesystem));
  }
  sh("printf 'kernel of a boot loader' | dd of=" + source.file +
     " bs=1 seek=512 conv=notrunc status=none");
  write_head(file, source.file, list[0].source_size);
  auto disk = good(MadeDisk::open(file, layout, 0));
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].kind == PartKind::files) std::ofstream{disk.tree(i)->path() / "file"} << "text";
  }
  good(disk.seal());
  CHECK(sh("dd if=" + file + " bs=1 skip=512 count=23 status=none") == "kernel of a boot loader");
  CHECK(sorted(file) == sorted(source.file));
  CHECK(traces_of(folder.path).empty());
}

TEST_CASE("a volume group is made that lvm reads, and none of this machine is touched") {
  SourceFile source{"gpt", "size=300M\nsize=256M\nsize=1G\n", 2 * gib};
  source.look({});
  const auto& found = source.inventory.disks[0].partitions;
  source.make(found[0].offset, found[0].size, "mkfs.ext4 -q -L boot");
  source.make(found[1].offset, found[1].size, std::string{"mkswap -U "} + uuid_a);
  source.make(found[2].offset, found[2].size, std::string{"mkfs.ext3 -q -U "} + uuid_d);
  source.look({{1, "/boot"}, {3, "/"}});
  const auto layout = source.layout({{{0, 0, true, {{"/", 800 * mib, "file"}}}}});
  const TempFolder folder;
  const auto file = folder / "disk0.raw";
  const auto settings = sh("ls -lR --time-style=full-iso /etc/lvm");
  good(make_disk(file, layout, 0, false));
  CHECK(sh("ls -lR --time-style=full-iso /etc/lvm") == settings);
  const auto& planned = layout.disks[0].partitions;
  const auto physical = std::ranges::find(planned, "lvm", &PlannedPartition::method);
  REQUIRE(physical != planned.end());
  {
    const auto loop = good(LoopDevice::attach(file, physical->offset, physical->size, 512));
    const auto report =
        sh("lvm vgs --driverloaded n --readonly --noheadings --separator , "
           "-o vg_name,vg_extent_size,vg_systemid,lv_name --units m --config "
           "'devices{use_devicesfile=0 filter=[\"a|" +
           loop.path() + "|\",\"r|.*|\"]}' 2>/dev/null");
    CHECK(report == "  vg0,4.00m,,lv0\n  vg0,4.00m,,lv1");
  }
  const auto list = parts(layout);
  const auto& root = list.back();
  CHECK(root.kind == PartKind::files);
  CHECK(identity(file, root.target_offset, root.target_size).find(uuid_d) != std::string::npos);
  CHECK(identity(file, physical->offset + 1 * mib, 256 * mib).find(uuid_a) != std::string::npos);
}

TEST_CASE("what no source is made of never gets to a program") {
  const GptSource source;
  const auto layout = source.layout({{{0, 3 * gib, false, {{"/", 0, "file"}}}}});
  const TempFolder folder;
  const auto refused = [&](const std::function<void(Layout&)>& change) {
    auto bad = layout;
    change(bad);
    const auto made = make_disk(folder / "disk0.raw", bad, 0, false);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::malformed);
    CHECK_FALSE(std::filesystem::exists(folder / "disk0.raw"));
  };
  refused([](Layout& l) { l.disks[0].partitions[3].from.filesystem_uuid = "-F /dev/sda"; });
  refused([](Layout& l) { l.disks[0].partitions[3].from.label = "seventeen letters"; });
  refused([](Layout& l) { l.disks[0].partitions[3].from.label = "two\nlines"; });
  refused([](Layout& l) { l.disks[0].partitions[3].from.filesystem = "../ntfs"; });
  refused([](Layout& l) { l.disks[0].partitions[3].from.facts.block_bytes = 3; });
  refused([](Layout& l) { l.disks[0].partitions[3].from.uuid = "one"; });
  refused([](Layout& l) { l.disks[0].table = "apm"; });
  refused([](Layout& l) { l.source[0].table_id = "0x\n"; });
  refused([](Layout& l) { l.disks[0].partitions[2].from.filesystem = "ext4"; });
  refused([](Layout& l) { l.source[0].sector_size = 0; });
}
