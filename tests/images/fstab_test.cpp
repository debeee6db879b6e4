// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/fstab.hpp"

#include <doctest/doctest.h>

using namespace ferry;

namespace {

GuestVolume volume(std::uint32_t number, const std::string& uuid) {
  GuestVolume one;
  one.number = number;
  one.uuid = uuid;
  one.label = "label" + std::to_string(number);
  one.partition_uuid = "part-" + std::to_string(number);
  return one;
}

}  // namespace

TEST_CASE("fstab's words are read as mount does") {
  const auto entries = parse_fstab(
      "# UUID=x /no ext4 defaults 0 0\n"
      "UUID=1\t/with\\040blank ext4 defaults 0 0\n"
      "  LABEL=b / btrfs noatime,subvol=/@,compress 0 0\n"
      "/dev/sda2 none\n"
      "/dev/sdb1 /data btrfs subvolid=257\n");
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].point == "/with blank");
  CHECK(entries[0].subvolume.empty());
  CHECK(entries[1].subvolume == "subvol=/@");
  CHECK(entries[2].subvolume == "subvolid=257");
}

TEST_CASE("a volume is found by each of its names, and by no other") {
  auto logical = volume(0, "3c");
  logical.names = {"/dev/mapper/vg-root", "/dev/vg/root"};
  const std::vector<GuestVolume> volumes{volume(1, "AB-CD"), volume(2, "2b"), logical};
  const std::vector<MigratedVolume> names{{"/dev/sda2", "2b"},
                                          {"/dev/sdb1", "gone"},
                                          {"/dev/disk/by-partuuid/was-3", "3c"},
                                          {"/dev/disk/by-partuuid/part-1", "3c"}};
  const auto found = [&](const std::string& device) {
    const auto* one = find_volume(volumes, names, device);
    return one == nullptr ? "none" : one->uuid;
  };
  for (const std::string name :
       {"UUID=ab-cd", "UUID=\"AB-CD\"", "/dev/disk/by-uuid/AB-CD", "LABEL=label1",
        "PARTUUID=PART-1", "/dev/disk/by-partuuid/part-1"}) {
    CHECK_MESSAGE(found(name) == "AB-CD", name);
  }
  CHECK(found("/dev/sda2") == "2b");
  // A partition that became a volume, or moved, has no such UUID any more.
  CHECK(found("PARTUUID=WAS-3") == "3c");
  CHECK(found("/dev/disk/by-partuuid/was-3") == "3c");
  CHECK(found("/dev/vg/root") == "3c");
  CHECK(found("/dev/mapper/vg-root") == "3c");
  for (const std::string name : {"/dev/sda1", "/dev/sdb1", "UUID=", "LABEL=x", "nas:/x", ""}) {
    CHECK_MESSAGE(found(name) == "none", name);
  }
}

TEST_CASE("a disk has the name that its root's own fstab gives it, if that is one of a partition") {
  const std::vector<GuestVolume> volumes{volume(1, "1a"), volume(2, "2b"), volume(12, "12c")};
  const auto names = [&](const std::string& device, std::size_t root) {
    std::string list;
    for (const auto& name :
         names_by_root(volumes, volumes[root], parse_fstab(device + " / ext4 ro 0 0\n"))) {
      list += name.device + "=" + name.uuid + " ";
    }
    return list;
  };
  CHECK(names("/dev/sda2", 1) == "/dev/sda1=1a /dev/sda2=2b /dev/sda12=12c ");
  CHECK(names("/dev/nvme0n1p1", 0) == "/dev/nvme0n1p1=1a /dev/nvme0n1p2=2b /dev/nvme0n1p12=12c ");
  CHECK(names("/dev/sda12", 1).empty());  // the twelfth partition, not the second
  CHECK(names("/dev/sda1", 1).empty());
  CHECK(names("UUID=2", 1).empty());
  CHECK(names("/dev/mapper/vg-2", 1).empty());
  CHECK(names("/dev/2", 1).empty());
}
