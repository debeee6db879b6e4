// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "layout/plan.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace ferry;
using limits::gib;
using limits::mib;

namespace {

PartitionInfo partition(std::uint32_t number, std::uint64_t offset, std::uint64_t size,
                        const std::string& filesystem, const std::string& mount_point,
                        std::uint64_t used) {
  PartitionInfo info;
  info.number = number;
  info.offset = offset;
  info.size = size;
  info.filesystem = filesystem;
  info.mount_point = mount_point;
  info.used_bytes = used;
  return info;
}

/// A system disk of 40 GiB: ESP, /boot, swap, /, /var; a data disk of 10 GiB with /srv, and one
/// of 20 GiB with /data.
Inventory uefi_server() {
  Inventory inventory;
  inventory.os_id = "debian";
  inventory.kernel = "6.1.0-25-amd64";
  DiskInfo system;
  system.path = "/dev/sda";
  system.size = 40 * gib;
  system.table = "gpt";
  system.partitions = {partition(1, 1 * mib, 100 * mib, "vfat", "/boot/efi", 10 * mib),
                       partition(2, 101 * mib, 923 * mib, "ext4", "/boot", 100 * mib),
                       partition(3, 1 * gib, 4 * gib, "swap", "", 4 * gib),
                       partition(4, 5 * gib, 20 * gib, "ext4", "/", 6 * gib),
                       partition(5, 25 * gib, 14 * gib, "xfs", "/var", 2 * gib)};
  system.partitions[0].type = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
  DiskInfo srv;
  srv.index = 1;
  srv.path = "/dev/sdb";
  srv.size = 10 * gib;
  srv.table = "gpt";
  srv.partitions = {partition(1, 1 * mib, 10 * gib - 2 * mib, "ext4", "/srv", 1 * gib)};
  DiskInfo data;
  data.index = 2;
  data.path = "/dev/sdc";
  data.size = 20 * gib;
  data.table = "gpt";
  data.partitions = {partition(1, 1 * mib, 5 * gib, "ext4", "/data", 1 * gib)};
  inventory.disks = {system, srv, data};
  return inventory;
}

LayoutPlan plan(const LayoutWish& wish, const Inventory& inventory = uefi_server()) {
  return plan_layout(inventory, wish, {});
}

/// The plan, which must be one that can be carried out.
LayoutPlan planned(const LayoutWish& wish, const Inventory& inventory = uefi_server()) {
  auto result = plan(wish, inventory);
  for (const auto& refusal : result.refusals) CAPTURE(refusal.what);
  REQUIRE(result.refusals.empty());
  // Whatever was wished for: nothing overlaps and nothing is larger than its disk.
  for (const auto& disk : result.disks) {
    std::uint64_t at = disk.table == "gpt" ? 34 * 512 : disk.table == "dos" ? 512 : 0;
    for (const auto& part : disk.partitions) {
      if (!part.volume.empty()) continue;
      CAPTURE(part.from.mount_point);
      CHECK(part.offset >= at);
      at = part.offset + part.size;
    }
    CHECK(at <= disk.size - (disk.table == "gpt" ? 33 * 512 : 0));
    CHECK(disk.minimum <= disk.size);
  }
  return result;
}

const PlannedPartition& of(const LayoutPlan& plan, const std::string& mount_point) {
  for (const auto& disk : plan.disks) {
    for (const auto& part : disk.partitions) {
      if (part.from.mount_point == mount_point) return part;
    }
  }
  FAIL("no " << mount_point);
  return plan.disks.front().partitions.front();
}

void check_refused(const LayoutWish& wish, std::initializer_list<const char*> words,
                   const Inventory& inventory = uefi_server()) {
  const auto result = plan(wish, inventory);
  REQUIRE(result.refusals.size() == 1);
  for (const auto* word : words) {
    CAPTURE(word);
    CAPTURE(result.refusals[0].what);
    CHECK((result.refusals[0].what + " " + result.refusals[0].fix).find(word) != std::string::npos);
  }
  CHECK_FALSE(result.refusals[0].fix.empty());
}

bool noted(const LayoutPlan& plan, const std::string& words) {
  return std::ranges::any_of(
      plan.notes, [&](const auto& note) { return note.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("without a wish the image has the source's layout, block by block") {
  const auto result = planned({});
  REQUIRE(result.disks.size() == 3);
  for (const auto& disk : result.disks) {
    CHECK(disk.whole);
    for (const auto& part : disk.partitions) {
      CHECK(part.method == "block");
      CHECK(part.offset == part.from.offset);
      CHECK(part.size == part.from.size);
    }
  }
  CHECK(result.notes.empty());
}

TEST_CASE("a larger disk keeps its layout, and a smaller one is made anew") {
  const auto result = planned({{{1, 12 * gib, false, {}}}});
  CHECK(result.disks[1].whole);
  CHECK(result.disks[1].size == 12 * gib);

  const auto small = planned({{{1, 3 * gib, false, {{"/srv", 0, "file"}}}}});
  CHECK_FALSE(small.disks[1].whole);
  CHECK(of(small, "/srv").method == "file");
  CHECK(of(small, "/srv").size <= 3 * gib - 2 * mib);
  CHECK(of(small, "/srv").size > 3 * gib - 4 * mib);
  CHECK(of(small, "/srv").number == 1);
}

TEST_CASE("the size of a disk has limits, and they are named") {
  check_refused({{{0, 19 * gib, false, {}}}},
                {"system disk of 19.0 GiB", "20.0 GiB", "system_disk_min/max"});
  check_refused({{{1, 501 * gib, false, {}}}}, {"data disk 1", "500.0 GiB", "data_disk_min/max"});
  check_refused({{{1, 12 * gib + 1, false, {}}}}, {"multiple of 512"});
  CHECK(noted(planned({{{0, 39 * gib + 512 * mib, false, {}}}}), "smaller than the source's"));
}

TEST_CASE("a partition that is replicated by blocks keeps its size") {
  check_refused({{{0, 0, false, {{"/", 21 * gib, ""}}}}}, {"/ is replicated by blocks", "file"});
  check_refused({{{0, 0, false, {{"/", 21 * gib, "block"}}}}}, {"20.0 GiB", "file"});
  auto inventory = uefi_server();
  inventory.disks[0].partitions[4].block_replication = false;
  check_refused({{{0, 0, false, {{"/var", 0, "block"}}}}}, {"cannot be replicated by blocks"},
                inventory);
}

TEST_CASE("a file system may shrink to what it holds and no further") {
  const auto result = planned({{{0, 0, false, {{"/", 8 * gib, "file"}}}}});
  CHECK(of(result, "/").size == 8 * gib);
  CHECK(of(result, "/").minimum < 7 * gib);
  check_refused({{{0, 0, false, {{"/", 6 * gib, "file"}}}}}, {"too small", "6.0 GiB are used"});
}

TEST_CASE("swap is made anew on a disk that changes, with what identifies it") {
  const auto result = planned({{{0, 0, false, {{"/", 8 * gib, "file"}}}}});
  const auto& parts = result.disks[0].partitions;
  const auto swap =
      std::ranges::find(parts, "swap", [](const auto& p) { return p.from.filesystem; });
  REQUIRE(swap != parts.end());
  CHECK(swap->method == "new");
  CHECK(swap->size == 4 * gib);
}

TEST_CASE("mount points move to other disks, but not those that are needed to boot") {
  const auto result = planned({{{2, 0, false, {{"/srv", 0, "file"}}}}});
  REQUIRE(result.disks.size() == 2);
  CHECK(result.disks[1].index == 2);
  CHECK(of(result, "/srv").number == 2);
  CHECK(noted(result, "data disk 1 is not migrated"));
  CHECK(result.disks[0].whole);
  for (const auto* bound : {"/", "/boot", "/boot/efi"}) {
    check_refused({{{2, 0, false, {{bound, 0, ""}}}}}, {bound, "stays on the system disk"});
  }
}

TEST_CASE("what does not fit is moved where there is room, else the refusal says what is needed") {
  // /var of 14 GiB doesn't fit any more, and the third disk has 15 GiB free.
  const auto result = planned({{{0, 30 * gib, false, {}}}});
  CHECK(noted(result, "/var moves to the data disk 2"));
  CHECK(of(result, "/var").number == 2);
  CHECK(result.disks[2].partitions.size() == 2);

  auto inventory = uefi_server();
  inventory.disks.pop_back();
  check_refused({{{0, 30 * gib, false, {}}}}, {"too small", "no other disk has room"}, inventory);
}

TEST_CASE("what is left out is not in the plan, and a data disk without anything is not either") {
  const auto result = planned({{{1, 0, false, {{"/srv", 0, "leave"}}}}});
  CHECK(result.disks.size() == 2);
  CHECK(noted(result, "/srv is not migrated"));
  check_refused({{{0, 0, false, {{"/boot", 0, "leave"}}}}}, {"/boot", "needed to boot"});
}

TEST_CASE("with LVM each disk has one group, and each mount point a volume") {
  const auto result = planned({{{0, 0, true, {}}, {2, 0, true, {}}}});
  CHECK(of(result, "/").volume == "vg0/lv1");
  CHECK(of(result, "/var").volume == "vg0/lv2");
  CHECK(of(result, "/data").volume == "vg2/lv0");
  CHECK(of(result, "/boot").volume.empty());
  CHECK(of(result, "/boot/efi").volume.empty());
  const auto& parts = result.disks[0].partitions;
  const auto physical = std::ranges::find(parts, "lvm", &PlannedPartition::method);
  REQUIRE(physical != parts.end());
  CHECK(physical->offset + physical->size == 40 * gib - 1 * mib);
  for (const auto& part : parts) CHECK((part.volume.empty() || part.size % (4 * mib) == 0));
}

TEST_CASE("LVM has its conditions") {
  auto inventory = uefi_server();
  SUBCASE("a boot partition on the system disk") {
    inventory.disks[0].partitions.erase(inventory.disks[0].partitions.begin() + 1);
    check_refused({{{0, 0, true, {}}}}, {"no boot partition"}, inventory);
  }
  SUBCASE("none where it is already") {
    inventory.disks[2].partitions[0].filesystem = "LVM2_member";
    check_refused({{{2, 0, true, {}}}}, {"/data is a physical volume already"}, inventory);
  }
  SUBCASE("no xfs under an old Debian kernel") {
    inventory.kernel = "3.16.0-4-amd64";
    const auto result = planned({{{0, 0, true, {}}}}, inventory);
    CHECK(noted(result, "LVM has no effect on the system disk"));
    CHECK(result.disks[0].volume_group.empty());
  }
  SUBCASE("sizes of whole extents, or files are copied") {
    inventory.disks[2].partitions[0].size += 1 * mib;
    const auto result = planned({{{2, 0, true, {}}}}, inventory);
    CHECK(of(result, "/data").method == "file");
    CHECK(noted(result, "not a multiple of 4 MiB"));
  }
}

TEST_CASE("an MBR has four primary partitions, one of which holds the logical ones") {
  auto inventory = uefi_server();
  auto& data = inventory.disks[2];
  data.table = "dos";
  data.partitions.clear();
  for (const std::uint32_t number : {1U, 2U, 3U, 5U}) {
    data.partitions.push_back(partition(number, (1 + (number - 1) * 512) * mib, 256 * mib, "ext4",
                                        "/d" + std::to_string(number), 1 * mib));
  }
  check_refused({{{2, 0, false, {{"/srv", 0, ""}}}}}, {"no number left", "/srv"}, inventory);
  const auto result = planned({{{2, 0, false, {{"/d2", 100 * mib, "file"}}}}}, inventory);
  CHECK(of(result, "/d5").number == 5);
  CHECK(of(result, "/d2").size == 100 * mib);
}

TEST_CASE("a BIOS boot partition stays at its place, for the boot code knows its sectors") {
  auto inventory = uefi_server();
  auto& parts = inventory.disks[0].partitions;
  parts[0] = partition(1, 17 * limits::kib, 900 * limits::kib, "", "", 0);
  parts[0].type = "21686148-6449-6e6f-744e-656564454649";
  const LayoutWish wish{{{0, 30 * gib, false, {{"/var", 0, "leave"}}}}};
  CHECK(plan(wish, inventory).disks[0].partitions[0].offset == 17 * limits::kib);
  parts[0].offset = 100 * mib;
  const auto result = plan(wish, inventory);
  REQUIRE(result.refusals.empty());
  CHECK(result.disks[0].partitions[0].offset == 100 * mib);
  CHECK(of(result, "/boot").offset == 101 * mib);
  const LayoutWish last{{{0, 30 * gib, false, {{"/var", 0, "leave"}, {"0:1", 0, ""}}}}};
  check_refused(last, {"partition 0:1", "stays at byte"}, inventory);
}

TEST_CASE("a wish that means nothing is refused in words") {
  check_refused({{{7, 0, false, {}}}}, {"no disk 7"});
  check_refused({{{1, 0, false, {}}, {1, 0, false, {}}}}, {"named twice"});
  check_refused({{{1, 0, false, {{"/nowhere", 0, ""}}}}}, {"no partition '/nowhere'"});
  check_refused({{{1, 0, false, {{"/srv", 0, ""}, {"1:1", 0, ""}}}}}, {"1:1 is named twice"});
  check_refused({{{1, 0, false, {{"/srv", 0, "magic"}}}}}, {"'magic'", "block, file or leave"});
  check_refused({{{1, 0, false, {{"/srv", 5 * gib + 1, "file"}}}}}, {"multiple of 1 MiB"});
  check_refused({{{0, 0, false, {{"/boot/efi", 0, "file"}}}}}, {"vfat", "choose block"});
  auto inventory = uefi_server();
  inventory.disks[1].partitions[0].mount_root = "/@srv";
  check_refused({{{1, 0, false, {{"/srv", 0, "file"}}}}}, {"only /@srv is mounted"}, inventory);
  inventory.disks[1].partitions[0].facts.features = {"one-subvolume"};
  CHECK(of(planned({{{1, 0, false, {{"/srv", 0, "file"}}}}}, inventory), "/srv").method == "file");
}

TEST_CASE("a disk that is full to its end is made anew at its own size, each place as it was") {
  auto inventory = uefi_server();
  auto& system = inventory.disks[0];
  const auto last_end = 40 * gib - 33 * 512;  // GPT's copy of its table is behind it
  system.partitions[0].offset = 34 * 512;
  system.partitions[4].size = last_end - 25 * gib;
  const LayoutWish files{
      {{0, 0, false, {{"/boot", 0, "file"}, {"/", 0, "block"}, {"/var", 0, ""}}}}};
  SUBCASE("by blocks and files") {
    inventory.disks[0].partitions.erase(inventory.disks[0].partitions.begin() + 2);  // swap
    const auto result = planned(files, inventory);
    CHECK(result.disks[0].size == 40 * gib);
    CHECK_FALSE(result.disks[0].whole);
    CHECK(of(result, "/boot/efi").offset == 34 * 512);
    CHECK(of(result, "/boot").offset == 101 * mib);
    CHECK(of(result, "/var").method == "block");
    CHECK(of(result, "/var").offset + of(result, "/var").size <= last_end);
  }
  SUBCASE("nothing moves where nothing has to") {
    const LayoutWish one{{{0, 0, false, {{"/var", 0, "file"}}}}};
    const auto result = planned(one, inventory);
    for (const auto& part : result.disks[0].partitions) CHECK(part.offset == part.from.offset);
    CHECK(of(result, "/var").size == of(result, "/var").from.size);
  }
  SUBCASE("an MBR, with its first partition where old ones have it") {
    system.table = "dos";
    system.partitions = {partition(1, 63 * 512, 40 * gib - 63 * 512, "ext4", "/", 6 * gib)};
    const auto result = planned({{{0, 0, false, {{"/", 0, "file"}}}}}, inventory);
    CHECK(of(result, "/").offset == 63 * 512);
    CHECK(of(result, "/").size == 40 * gib - 63 * 512);
    CHECK(result.disks[0].minimum < 7 * gib);
  }
  SUBCASE("a gap is closed, so that the disk can become smaller") {
    system.partitions.erase(system.partitions.begin() + 2);  // swap
    const auto result = planned({{{0, 39 * gib, false, {}}}}, inventory);
    CHECK(of(result, "/").offset == 1 * gib);
    CHECK(of(result, "/var").offset == 21 * gib);
  }
}
