// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/inventory.hpp"

#include <algorithm>

#include <net/if.h>

#include "base/limits.hpp"
#include "disk/discovery.hpp"
#include "disk/ext_file.hpp"
#include "disk/lvm.hpp"
#include "disk_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using limits::mib;

/// A GPT disk with an ESP (1), a root file system made of `tree` (2) and swap (3).
void make_server_image(const std::string& image, const std::string& tree) {
  sh("truncate -s 128M " + image);
  make_gpt(image, "start=2048,size=8M,type=U\\nsize=80M,type=L\\nsize=16M,type=S");
  sh("mke2fs -q -F -t ext4 -L rootfs -d " + tree + " -E offset=$((9216*1024)) " + image +
     " 80M 2>&1");
  const Loop loop{image, true};
  sh("mkfs.vfat -n EFI " + loop.device + "p1 >/dev/null; mkswap " + loop.device + "p3 >/dev/null");
}

void make_server_tree(const std::string& tree) {
  sh("mkdir -p " + tree + "/etc " + tree + "/usr/lib " + tree + "/boot " + tree + "/usr/bin;" +
     "cd " + tree + "; ln -s usr/bin bin; ln -s ../usr/lib/os-release etc/os-release;" +
     "printf 'PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\\nVERSION_ID=\"12\"\\nID=debian\\n'" +
     " > usr/lib/os-release; echo web-1 > etc/hostname;" +
     "touch boot/vmlinuz-6.1.0-9-amd64 boot/vmlinuz-6.1.0-13-amd64 boot/vmlinuz-0-rescue-99;" +
     "ln -s /usr/bin/dash usr/bin/sh; head -c 18 /bin/true > usr/bin/dash;" +
     "printf '\\267\\0' >> usr/bin/dash");
}

}  // namespace

TEST_CASE("a sleeping server is described from its image alone") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  make_server_tree(folder / "tree");
  make_server_image(image, folder / "tree");
  sh("truncate -s 32M " + (folder / "data.raw") + "; mke2fs -q -F -t ext2 " +
     (folder / "data.raw"));
  const auto found = read_inventory({.disks = {image, folder / "data.raw"}});
  REQUIRE(found);
  CHECK(found->hostname == "web-1");
  CHECK(found->os_id == "debian");
  CHECK(found->os_version == "12");
  CHECK(found->os_name == "Debian GNU/Linux 12 (bookworm)");
  CHECK(found->kernel == "6.1.0-13-amd64");
  CHECK(found->architecture == "aarch64");  // by the program that /bin/sh leads to
  CHECK(found->firmware == "uefi");
  CHECK(found->cpu_count > 0);
  CHECK(found->memory_bytes > 64 * mib);
  REQUIRE(found->disks.size() == 2);
  const auto& disk = found->disks[0];
  CHECK(disk.table == "gpt");
  CHECK(disk.size == 128 * mib);
  REQUIRE(disk.partitions.size() == 3);
  CHECK(disk.partitions[0].filesystem == "vfat");
  CHECK(disk.partitions[0].type == "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
  const auto& root = disk.partitions[1];
  CHECK(root.number == 2);
  CHECK(root.offset == 9 * mib);
  CHECK(root.size == 80 * mib);
  CHECK(root.filesystem == "ext4");
  CHECK(root.label == "rootfs");
  CHECK(root.filesystem_uuid.size() == 36);
  CHECK(root.uuid.size() == 36);
  CHECK(root.used_bytes > mib);
  CHECK(root.used_bytes < 40 * mib);
  CHECK(disk.partitions[2].filesystem == "swap");
  CHECK(disk.partitions[2].used_bytes == 16 * mib);
  CHECK(found->disks[1].index == 1);
  CHECK(found->disks[1].table.empty());
  REQUIRE(found->disks[1].partitions.size() == 1);
  CHECK(found->disks[1].partitions[0].number == 0);
  CHECK(found->disks[1].partitions[0].filesystem == "ext2");
}

TEST_CASE("boot code or a BIOS boot partition beside the ESP means bios") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  make_server_tree(folder / "tree");
  make_server_image(image, folder / "tree");
  SUBCASE("boot code") { poke(image, 0, "\xeb\x63"); }
  SUBCASE("BIOS boot partition") {
    sh("echo size=1M,type=21686148-6449-6E6F-744E-656564454649 | sfdisk -q --append " + image);
  }
  CHECK(read_inventory({.disks = {image}})->firmware == "bios");
}

TEST_CASE("a server's tree that is mounted here is named as the server sees it") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  make_server_tree(folder / "tree");
  make_server_image(image, folder / "tree");
  const Loop loop{image, true};
  const Mounted mounted{loop.device + "p2", folder.path / "mnt"};
  // The link leads to the host's file if followed from the wrong root.
  sh("ln -sf /usr/lib/os-release " + (mounted.point / "etc/os-release").string());
  sh("sed -i s/ID=debian/ID=other/ " + (mounted.point / "usr/lib/os-release").string());
  for (const auto& path : {loop.device, image}) {
    const auto found = read_inventory({.disks = {path}, .root = mounted.point});
    REQUIRE(found);
    CHECK(found->os_id == "other");
    CHECK(found->hostname == "web-1");
    CHECK(found->disks[0].partitions[1].mount_point == "/");
    CHECK(found->disks[0].partitions[0].mount_point.empty());
  }
}

TEST_CASE("logical partitions are listed, their container is not") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image + "; printf '2048,16384,83,*\\n20480,,5\\n22528,16384,82\\n' | " +
     "sfdisk -q --label dos " + image + " 2>&1");
  const auto found = read_inventory({.disks = {image}});
  REQUIRE(found);
  const auto& disk = found->disks[0];
  CHECK(disk.table == "dos");
  REQUIRE(disk.partitions.size() == 2);
  CHECK(disk.partitions[0].number == 1);
  CHECK(disk.partitions[0].type == "83");
  CHECK(disk.partitions[1].number == 5);
  CHECK(disk.partitions[1].offset == 22528 * 512);
  CHECK(disk.partitions[1].type == "82");
}

TEST_CASE("an image of a disk with 4096-byte sectors is understood") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image);
  {
    const auto device = sh("losetup -f --show --sector-size 4096 " + image);
    make_gpt(device, "start=256,size=20M");
    sh("losetup -d " + device);
  }
  const auto found = read_inventory({.disks = {image}});
  REQUIRE(found);
  CHECK(found->disks[0].sector_size == 4096);
  REQUIRE(found->disks[0].partitions.size() == 1);
  CHECK(found->disks[0].partitions[0].offset == mib);
  CHECK(found->disks[0].partitions[0].size == 20 * mib);
}

TEST_CASE("a Windows system disk is recognised") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image);
  make_gpt(image,
           "size=8M,type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE\\n"
           "size=40M,type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7");
  CHECK(read_inventory({.disks = {image}})->os_id == "windows");
}

TEST_CASE("a physical volume tells its volume group") {
  if (!run_ok({.argv = {"which", "lvm"}})) {
    MESSAGE("lvm2 is absent: not tested");
    return;
  }
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image);
  make_gpt(image, "start=2048,size=40M,type=E6D6D379-F507-44C2-A23C-238F2A3DF928");
  std::string uuid;
  {
    const Loop loop{image, true};
    const auto lvm = "LVM_SUPPRESS_FD_WARNINGS=1 lvm ";
    const auto device = loop.device + "p1";
    const auto config =
        " --driverloaded n --config 'devices{use_devicesfile=0 filter=[\"a|" + device +
        "|\",\"r|.*|\"] obtain_device_list_from_udev=0} backup{archive=0 backup=0}' ";
    sh(lvm + ("pvcreate -q" + config) + device + " 2>&1");
    sh(lvm + ("vgcreate -q" + config) + "data-group_1 " + device + " 2>&1");
    uuid = sh(lvm + ("pvs --noheadings -o pv_uuid" + config) + device + " 2>/dev/null | tr -d ' '");
    sh("sync " + device);
  }
  const auto found = read_inventory({.disks = {image}});
  REQUIRE(found);
  REQUIRE(found->lvm.size() == 1);
  CHECK(found->lvm[0].kind == "pv");
  CHECK(found->lvm[0].device == image + "1");
  CHECK(found->lvm[0].volume_group == "data-group_1");
  CHECK(found->lvm[0].uuid == uuid);
  // A label with a wrong checksum is not believed.
  poke(image, mib + 512 + 40, "XYZ");
  const auto fd = open_file(image, O_RDONLY);
  CHECK(!read_physical_volume(fd->get(), mib, 40 * mib));
}

TEST_CASE("files are read out of a file system through its links, and no further") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  const auto tree = folder / "tree";
  sh("mkdir -p " + tree + "/a/b; cd " + tree + "; head -c 300k /dev/urandom > a/b/big;" +
     "ln -s ../b/big a/b/link; ln -s /a/b a/short; ln -s loop loop; ln -s ../../../../etc/passwd "
     "out;" +
     "ln -s /a/./b/../b/" + std::string(70, '/') + "big long");
  sh("mke2fs -q -F -t ext4 -d " + tree + " " + image + " 16M 2>&1");
  const auto files = ExtFiles::open({image, 0, 16 * mib, false});
  REQUIRE(files);
  const auto big = read_file(tree + "/a/b/big").value();
  for (const auto* path : {"a/b/big", "/a/short/link", "long", "a//b/link"}) {
    CHECK(files->read(path, mib).value_or("") == big);
  }
  CHECK(files->read("a/b/big", 1000).value() == big.substr(0, 1000));
  CHECK(files->read("out", mib).error().code == Errc::not_found);
  CHECK(files->read("loop", mib).error().code == Errc::limit_exceeded);
  CHECK(!files->read("a/b/big/x", mib));
  CHECK(files->list("a/b")->size() == 2);
}

TEST_CASE("this machine's own disks and interfaces are found") {
  for (const auto& path : discover_disks()) CHECK(path.find("loop") == std::string::npos);
  if (discover_disks().empty()) {
    MESSAGE("this machine shows no disk: not tested");
    return;
  }
  const auto found = read_inventory({});
  if (!found) {
    // A container may show disks that it forbids to open; that must be said.
    CHECK(found.error().code == Errc::inventory_failed);
    CHECK(found.error().what.find(discover_disks().back()) != std::string::npos);
    MESSAGE(to_string(found.error()));
    return;
  }
  CHECK(!found->kernel.empty());
  CHECK(!found->hostname.empty());
  for (const auto& nic : found->nics) {
    CHECK(nic.name != "lo");
    CHECK(::if_nametoindex(nic.name.c_str()) != 0);
  }
}

TEST_CASE("a disk that is named must be there") {
  CHECK(read_inventory({.disks = {"/dev/no-such-disk"}}).error().code == Errc::disk_missing);
}
