// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "layout/parts.hpp"

#include <doctest/doctest.h>

#include "layout/pieces.hpp"
#include "layout/plan.hpp"

using namespace ferry;
using limits::gib;
using limits::kib;
using limits::mib;

namespace {

PartitionInfo partition(std::uint32_t number, std::uint64_t offset, std::uint64_t size,
                        const std::string& filesystem, const std::string& mount_point) {
  PartitionInfo info;
  info.number = number;
  info.offset = offset;
  info.size = size;
  info.filesystem = filesystem;
  info.mount_point = mount_point;
  info.used_bytes = size / 4;
  return info;
}

/// A system disk that boots by BIOS, and a data disk with an MBR.
Inventory bios_server() {
  Inventory inventory;
  DiskInfo system;
  system.size = 40 * gib;
  system.table = "gpt";
  system.partitions = {
      partition(1, 1 * mib, 1 * mib, "", ""), partition(2, 2 * mib, 1 * gib, "ext4", "/boot"),
      partition(3, 2 * gib, 4 * gib, "swap", ""), partition(4, 8 * gib, 30 * gib, "ext4", "/")};
  system.partitions[0].type = "21686148-6449-6e6f-744e-656564454649";
  DiskInfo data;
  data.index = 1;
  data.size = 10 * gib;
  data.table = "dos";
  data.partitions = {partition(1, 63 * kib / 2, 4 * gib, "xfs", "/srv"),
                     partition(2, 5 * gib, 1 * gib, "ntfs", "")};
  inventory.disks = {system, data};
  return inventory;
}

LayoutPlan unrefused_plan(const Inventory& inventory, const LayoutWish& wish) {
  auto plan = plan_layout(inventory, wish, {});
  for (const auto& refusal : plan.refusals) MESSAGE(refusal.what);
  REQUIRE(plan.refusals.empty());
  return plan;
}

std::vector<Part> parts(const LayoutPlan& plan) {
  auto list = parts_of(plan.disks, plan.source);
  REQUIRE(list);
  return *list;
}

std::string refusal(const LayoutPlan& plan) {
  const auto list = parts_of(plan.disks, plan.source);
  REQUIRE_FALSE(list);
  CHECK(list.error().code == Errc::malformed);
  return list.error().what;
}

}  // namespace

TEST_CASE("disks that keep their layout are one part each, with the disk's index") {
  const auto list = parts(unrefused_plan(bios_server(), {{{1, 12 * gib, false, {}}}}));
  REQUIRE(list.size() == 2);
  for (std::uint32_t index = 0; index < 2; ++index) {
    CHECK(list[index].kind == PartKind::whole);
    CHECK(list[index].source_disk == index);
    CHECK(list[index].target_disk == index);
    CHECK(list[index].target_offset == 0);
  }
  CHECK(list[1].source_size == 10 * gib);
  CHECK(list[1].target_size == 12 * gib);
  CHECK(name_of(list[1]) == "data disk 1");
}

TEST_CASE("a system disk that is made anew is its boot code, its partitions and no swap") {
  const auto plan =
      unrefused_plan(bios_server(), {{{0, 30 * gib, false, {{"/", 20 * gib, "file"}}}}});
  const auto list = parts(plan);
  REQUIRE(list.size() == 5);
  CHECK(list[0].kind == PartKind::head);
  CHECK(list[0].source_size == 512);
  CHECK(list[1].kind == PartKind::blocks);
  CHECK(list[1].target_offset == 1 * mib);  // its sectors are known to the boot code
  CHECK(name_of(list[2]) == "/boot");
  CHECK(list[2].kind == PartKind::blocks);
  CHECK(list[2].source_offset == 2 * mib);
  CHECK(list[3].kind == PartKind::files);
  CHECK(list[3].from.mount_point == "/");
  CHECK(list[3].target_size == 20 * gib);
  CHECK(list[4].kind == PartKind::whole);
  CHECK(list[4].target_disk == 1);
}

TEST_CASE("a partition that moves is read from its old disk") {
  const auto list = parts(unrefused_plan(bios_server(), {{{1, 0, true, {}}}}));
  REQUIRE(list.size() == 3);
  CHECK(list[1].target_disk == 1);
  // Behind the table and what LVM keeps before its first extent.
  CHECK(list[1].target_offset == 2 * mib);
  CHECK(list[2].target_offset == 2 * mib + 4 * gib);

  auto inventory = bios_server();
  inventory.disks[0].partitions.push_back(partition(5, 38 * gib, 1 * gib, "ext4", "/opt"));
  const auto moved = parts(unrefused_plan(inventory, {{{1, 0, false, {{"/opt", 0, ""}}}}}));
  CHECK(moved.back().source_disk == 0);
  CHECK(moved.back().source_offset == 38 * gib);
  CHECK(moved.back().target_disk == 1);
}

TEST_CASE("the image's disks have no gap where one is left out") {
  auto inventory = bios_server();
  inventory.disks.push_back(inventory.disks[1]);
  inventory.disks[2].index = 2;
  inventory.disks[2].partitions[0].mount_point = "/data";
  const auto list = parts(
      unrefused_plan(inventory, {{{1, 0, false, {{"/srv", 0, "leave"}, {"1:2", 0, "leave"}}}}}));
  REQUIRE(list.size() == 2);
  CHECK(list[1].source_disk == 2);
  CHECK(list[1].target_disk == 1);
}

TEST_CASE("the boot code of an MBR reaches to the first partition, 1 MiB at most") {
  const auto inventory = bios_server();
  CHECK(head_bytes(inventory.disks[0]) == 512);
  CHECK(head_bytes(inventory.disks[1]) == 63 * kib / 2);
  auto late = inventory.disks[1];
  late.partitions.erase(late.partitions.begin());
  CHECK(head_bytes(late) == 1 * mib);
  late.table.clear();
  CHECK(head_bytes(late) == 0);
}

TEST_CASE("a plan that no planner makes is refused") {
  auto plan = unrefused_plan(bios_server(), {{{1, 8 * gib, false, {{"/srv", 3 * gib, "file"}}}}});
  auto& disk = plan.disks[1];
  SUBCASE("partitions overlap") {
    disk.partitions[1].offset = disk.partitions[0].offset + 1 * mib;
    CHECK(refusal(plan).find("overlap") != std::string::npos);
  }
  SUBCASE("a partition lies outside of its disk") {
    disk.partitions[1].size = ~std::uint64_t{0} - 1 * mib;
    CHECK(refusal(plan).find("lie outside") != std::string::npos);
  }
  SUBCASE("blocks come from outside of the source") {
    disk.partitions[0].from.offset = 9 * gib + 1;
    CHECK(refusal(plan).find("outside of the source's disks") != std::string::npos);
  }
  SUBCASE("blocks don't fit") {
    disk.partitions[0].size = 512 * mib;
    CHECK(refusal(plan).find("does not hold the blocks") != std::string::npos);
  }
  SUBCASE("a volume lies outside of its group") {
    disk.partitions[0].volume = "vg1/lv0";
    CHECK(refusal(plan).find("physical volume") != std::string::npos);
  }
  SUBCASE("a disk comes twice") {
    plan.disks.push_back(plan.disks.back());
    CHECK(refusal(plan).find("in its place") != std::string::npos);
  }
  SUBCASE("a whole disk became smaller") {
    plan.disks[0].size = 1 * gib;
    CHECK(refusal(plan).find("smaller than the source's") != std::string::npos);
  }
}
