// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/file_facts.hpp"

#include "base/limits.hpp"
#include "disk/inventory.hpp"
#include "disk_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A server's files: two kernels, one of them for other machines, and an old way with disks.
void make_kernel_tree(const std::string& tree) {
  sh("mkdir -p " + tree + "; cd " + tree +
     "; mkdir -p etc/lvm/devices etc/selinux usr/lib/modules/6.1.0-25 usr/lib/modules/5.4.0-xen "
     "usr/lib/modules/6.6.6 boot/grub; ln -s usr/lib lib;"
     "echo ID=debian > etc/os-release;"
     "touch boot/vmlinuz-6.1.0-25 boot/initrd.img-6.1.0-25 boot/vmlinuz-5.4.0-xen "
     "boot/vmlinuz-0-rescue-1 boot/grub/grub.cfg etc/lvm/devices/system.devices;"
     "printf 'kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio.ko.xz\\n"
     "kernel/drivers/net/virtio-net.ko.zst:\\n' > lib/modules/6.1.0-25/modules.dep;"
     "echo kernel/drivers/virtio/virtio_pci.ko > lib/modules/6.1.0-25/modules.builtin;"
     "touch lib/modules/5.4.0-xen/modules.dep;"
     "echo kernel/fs/ext4/ext4.ko > lib/modules/5.4.0-xen/modules.builtin;"
     "touch lib/modules/6.6.6/modules.dep;"  // without the other list nothing is known of it
     "printf '# x\\nUUID=1 / ext4 defaults 0 1\\n/dev/sda2 /data ext4 defaults 0 2\\n"
     "/dev/sda3 none swap sw 0 0\\nnas:/home /home nfs4 _netdev 0 0\\n/dev/mapper/a /b xfs d\\n' "
     "> etc/fstab; printf '# x\\nSELINUX=permissive\\nSELINUXTYPE=targeted\\n' "
     "> etc/selinux/config");
}

void check_facts(const ServerFacts& facts) {
  CHECK(facts.boot_seen);
  REQUIRE(facts.kernels.size() == 2);
  CHECK(facts.kernels[0].name == "5.4.0-xen");
  CHECK(!facts.kernels[0].initramfs);
  CHECK(facts.kernels[1].name == "6.1.0-25");
  CHECK(facts.kernels[1].initramfs);
  REQUIRE(facts.modules.size() == 2);
  CHECK(facts.modules[0].release == "5.4.0-xen");
  CHECK(facts.modules[0].missing.size() == 4);
  CHECK(facts.modules[1].missing == std::vector<std::string>{"virtio_scsi"});
  CHECK(facts.boot_loader == "grub");
  CHECK(facts.selinux == "permissive");
  CHECK(facts.device_names == std::vector<std::string>{"/dev/sda2 on /data", "/dev/sda3 on swap"});
  CHECK(facts.network_mounts == std::vector<std::string>{"nas:/home on /home"});
  CHECK(facts.lvm_devices_file);
  CHECK(facts.fallback_loader.empty());
}

ServerFacts facts_below(const std::string& folder) {
  ServerFacts facts;
  const auto tree = tree_below(folder);
  REQUIRE(tree);
  read_file_facts(*tree, facts);
  return facts;
}

}  // namespace

TEST_CASE("an image and a folder tell the same facts, and nothing of this machine") {
  const TempFolder folder;
  make_kernel_tree(folder / "tree");
  check_facts(facts_below(folder / "tree"));
  sh("mke2fs -q -F -t ext4 -d " + (folder / "tree") + " " + (folder / "disk.raw") + " 32M 2>&1");
  for (const auto& found :
       {read_inventory({.disks = {folder / "disk.raw"}}),
        read_inventory({.disks = {folder / "disk.raw"}, .root = folder / "tree"})}) {
    REQUIRE(found);
    check_facts(found->facts);
    CHECK(!found->facts.running);
    CHECK(found->facts.cpu_percent == -1);
    CHECK(found->facts.filesystems.empty());
    CHECK(found->facts.clock_ms == 0);
  }
}

TEST_CASE("an empty /boot that has a file system of its own tells nothing") {
  const TempFolder folder;
  sh("mkdir -p " + (folder / "etc") + " " + (folder / "boot"));
  CHECK(facts_below(folder.path).boot_seen);
  sh("echo 'UUID=2 /boot ext4 defaults 0 2' > " + (folder / "etc/fstab"));
  CHECK(!facts_below(folder.path).boot_seen);
}

TEST_CASE("boot loaders are known by their files, the fallback one in any case") {
  const TempFolder folder;
  const auto loader = [&](const std::string& make) {
    sh("rm -rf " + (folder / "boot") + "; mkdir -p " + (folder / "boot") + "; cd " +
       (folder / "boot") + "; " + make);
    return facts_below(folder.path).boot_loader;
  };
  CHECK(loader("mkdir grub2; touch grub2/grub.cfg") == "grub");
  CHECK(loader("mkdir grub; touch grub/menu.lst") == "grub legacy");
  CHECK(loader("touch extlinux.conf") == "extlinux");
  CHECK(loader("mkdir loader; touch loader/loader.conf") == "systemd-boot");
  CHECK(loader("true").empty());
  (void)loader("mkdir -p efi/EFI/debian; touch efi/EFI/debian/shimx64.efi");
  CHECK(facts_below(folder.path).fallback_loader == "absent");
  sh("mkdir " + (folder / "boot/efi/EFI/Boot") + "; touch " +
     (folder / "boot/efi/EFI/Boot/bootx64.efi"));
  CHECK(facts_below(folder.path).fallback_loader == "present");
}

TEST_CASE("entries of a hostile fstab are cut, and a list of them ends") {
  const TempFolder folder;
  sh("mkdir -p " + (folder / "etc"));
  std::string text = "/dev/sd" + std::string(100'000, 'a') + " /x ext4\n";
  for (int i = 0; i < 1000; ++i) text += "/dev/sda" + std::to_string(i) + " /y ext4\n";
  std::ofstream{folder / "etc/fstab"} << text;
  const auto facts = facts_below(folder.path);
  CHECK(facts.device_names.size() == limits::facts_listed_max);
  CHECK(facts.device_names[0].size() == limits::finding_text_max);
}
