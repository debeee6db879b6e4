// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The guests themselves, and what is seen in them.
#include "guests.hpp"

using namespace ferry;

namespace ferry::test {

void make_debian(const GuestFolder& guest) {
  guest.write("/usr/bin/env", "");
  guest.write("/usr/lib/systemd/systemd", "");
  guest.write("/usr/lib/systemd/system/serial-getty@.service", "[Unit]\n");
  guest.link("/lib/systemd", "../usr/lib/systemd");
  guest.write("/usr/sbin/update-initramfs", "#!/bin/sh\n", 0755);
  guest.write("/usr/sbin/grub-mkconfig", "#!/bin/sh\n", 0755);
  guest.write("/usr/lib/grub/i386-pc/boot.img", "");
  add_kernel(guest, "6.1.0-25-amd64");
  guest.write("/etc/fstab",
              "# <file system> <mount point>   <type>  <options>       <dump>  <pass>\n"
              "/dev/sda1\t/               ext4    errors=remount-ro 0       1\n"
              "/dev/sda5       none            swap    sw              0       0\n"
              "/dev/sdb1       /backup         xfs     defaults        0       2\n"
              "UUID=dead0000-0000-0000-0000-000000000000 /old ext4 defaults 0 2\n"
              "files:/export   /srv/files      nfs     rw              0       0\n"
              "/dev/mapper/vg-data /data       ext4    defaults        0       2\n"
              "/dev/sr0        /media/cdrom0   udf,iso9660 user,noauto 0       0\n");
  guest.write("/etc/crypttab", "secret /dev/sda5 none luks\n", 0600);
  guest.write("/etc/default/grub",
              "GRUB_DEFAULT=0\nGRUB_TIMEOUT=5\n"
              "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet resume=/dev/sda5\"\n"
              "GRUB_CMDLINE_LINUX=\"\"\n"
              "#GRUB_TERMINAL=console\n");
  guest.write("/etc/default/grub.d/50-cloudimg-settings.cfg",
              "GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0 console=tty1 nomodeset\"\n");
  guest.write("/boot/grub/device.map", "(hd0)\t/dev/disk/by-id/ata-VMware_Virtual_SATA\n");
  guest.write("/etc/initramfs-tools/initramfs.conf", "MODULES=dep\nCOMPRESS=zstd\n");
  guest.write("/etc/initramfs-tools/modules", "# List of modules\nraid1\nvirtio-blk");
  guest.write("/etc/initramfs-tools/conf.d/resume", "RESUME=UUID=gone-0000\n");
  guest.write("/etc/udev/rules.d/70-persistent-net.rules",
              "# a VMware card\n"
              "SUBSYSTEM==\"net\", ACTION==\"add\", ATTR{address}==\"00:50:56:ab:cd:01\", "
              "NAME=\"ens192\"\n"
              "SUBSYSTEM==\"net\", ATTR{address}==\"00:50:56:ab:cd:99\", NAME=\"lan7\"\n");
  guest.write("/etc/network/interfaces",
              "source /etc/network/interfaces.d/*\n\n# The loopback\nauto lo\n"
              "iface lo inet loopback\n\nallow-hotplug ens192\niface ens192 inet static\n"
              "    address 10.0.0.5/24\n    hwaddress ether 00:50:56:AB:CD:01\n"
              "    gateway 10.0.0.1\n");
  guest.write("/etc/blkid.tab", "<device>\n");
}

void make_ubuntu(const GuestFolder& guest) {
  make_debian(guest);
  fs::remove(guest.root / "etc/network/interfaces");
  guest.write("/etc/netplan/50-cloud-init.yaml",
              "network:\n  version: 2\n  ethernets:\n    ens192:\n      match:\n"
              "        macaddress: \"00:50:56:ab:cd:01\"\n      addresses: [10.0.0.5/24]\n"
              "      set-name: ens192\n",
              0600);
  guest.write("/etc/cloud/cloud.cfg", "users: [default]\n");
  guest.write("/usr/bin/cloud-init", "#!/bin/sh\n", 0755);
  guest.link("/etc/systemd/system/serial-getty@ttyS0.service", "/dev/null");
}

void make_el(const GuestFolder& guest) {
  guest.write("/usr/bin/env", "");
  guest.write("/usr/lib/systemd/systemd", "");
  guest.write("/usr/lib/systemd/system/serial-getty@.service", "[Unit]\n");
  guest.write("/usr/bin/dracut", "#!/bin/sh\n", 0755);
  guest.write("/usr/sbin/grub2-mkconfig", "#!/bin/sh\n", 0755);
  guest.write("/usr/sbin/load_policy", "", 0755);
  guest.write("/usr/sbin/NetworkManager", "", 0755);
  guest.write("/etc/selinux/config", "# comment\nSELINUX=enforcing\nSELINUXTYPE=targeted\n");
  add_kernel(guest, "5.14.0-427.el9.x86_64", ".ko.xz");
  guest.write("/etc/fstab", "/dev/sda1 / xfs defaults 0 0\n/dev/sda5 none swap defaults 0 0\n");
  guest.write("/etc/default/grub",
              "GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=\"crashkernel=1G resume=/dev/sda5 rhgb\"\n"
              "GRUB_DISABLE_LINUX_UUID=true\nGRUB_ENABLE_BLSCFG=true\n");
  guest.link("/etc/sysconfig/grub", "/etc/default/grub");
  guest.write("/boot/loader/entries/abc-5.14.0.conf",
              "title Rocky\nlinux /vmlinuz-5.14.0\noptions root=/dev/sda1 ro crashkernel=1G\n");
  guest.write("/etc/kernel/cmdline", "root=/dev/sda1 ro\n");
  guest.write("/etc/sysconfig/network-scripts/ifcfg-lo", "DEVICE=lo\n");
  guest.write("/etc/sysconfig/network-scripts/ifcfg-ens192",
              "TYPE=Ethernet\nHWADDR=00:50:56:AB:CD:01\nIPADDR=10.0.0.5\n");
  guest.write("/etc/NetworkManager/system-connections/office.nmconnection",
              "[connection]\nid=office\ntype=ethernet\n[ethernet]\n"
              "mac-address=00:50:56:AB:CD:01\n",
              0600);
  guest.write("/etc/lvm/devices/system.devices", "IDTYPE=sys_wwid\n");
}

void make_suse(const GuestFolder& guest) {
  guest.write("/usr/bin/env", "");
  guest.write("/usr/lib/systemd/systemd", "");
  guest.write("/usr/bin/dracut", "#!/bin/sh\n", 0755);
  guest.write("/usr/sbin/grub2-mkconfig", "#!/bin/sh\n", 0755);
  guest.write("/usr/sbin/wicked", "", 0755);
  fs::create_directories(guest.root / "etc/udev");
  add_kernel(guest, "6.4.0-150600-default", ".ko.zst");
  guest.write("/etc/fstab",
              "UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001  /  btrfs  defaults  0  0\n");
  guest.write("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT='splash=silent quiet'\n");
  guest.write("/etc/sysconfig/network/ifcfg-lo", "IPADDR='127.0.0.1/8'\n");
  guest.write("/etc/sysconfig/network/ifcfg-ens192",
              "BOOTPROTO='static'\nIPADDR='10.0.0.5/24'\nSTARTMODE='auto'\n");
}

void make_alpine(const GuestFolder& guest) {
  guest.write("/bin/busybox", "");
  guest.write("/sbin/openrc", "", 0755);
  guest.write("/sbin/mkinitfs", "", 0755);
  add_kernel(guest, "6.6.31-0-lts", ".ko.gz");
  guest.write("/etc/fstab", "/dev/sda1\t/\text4\trw,relatime 0 1\n");
  guest.write("/etc/mkinitfs/mkinitfs.conf", "features=\"ata base ext4 keymap scsi\"\n");
  guest.write("/etc/mkinitfs/features.d/virtio.modules", "");
  guest.write("/etc/mkinitfs/features.d/nvme.modules", "");
  guest.write("/etc/mkinitfs/features.d/scsi.modules", "");
  guest.write("/etc/update-extlinux.conf",
              "overwrite=1\ndefault_kernel_opts=\"quiet rootfstype=ext4\"\nroot=/dev/sda1\n");
  guest.write("/boot/extlinux.conf",
              "LABEL lts\n  LINUX vmlinuz-lts\n  APPEND root=/dev/sda1 modules=sd-mod quiet\n");
  guest.write("/etc/inittab",
              "::sysinit:/sbin/openrc sysinit\ntty1::respawn:/sbin/getty 38400 tty1\n"
              "#ttyS0::respawn:/sbin/getty -L ttyS0 115200 vt100\n");
  guest.write("/etc/securetty", "console\ntty1");
  guest.write("/etc/network/interfaces",
              "auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n"
              "\taddress 10.0.0.5/24\n");
}

}  // namespace ferry::test

using namespace ferry::test;

TEST_CASE("a guest is known by what is in it") {
  using enum Capability;
  const auto sees = [](void (*make)(const GuestFolder&), std::initializer_list<Capability> yes,
                       std::initializer_list<Capability> no) {
    const GuestFolder folder;
    make(folder);
    const auto guest = look(folder);
    for (const auto one : yes) CHECK_MESSAGE(guest.has(one), capability_name(one));
    for (const auto one : no) CHECK_MESSAGE(!guest.has(one), capability_name(one));
    REQUIRE(guest.kernels.size() == 1);  // "extra" is no kernel
    CHECK(guest.kernels[0].has_module("virtio_blk"));
    CHECK(guest.kernels[0].has_module("nvme_core"));
    CHECK(guest.kernels[0].is_builtin("ext4"));
  };
  sees(make_debian, {systemd, initramfs_tools, grub, grub_bios, ifupdown, udev},
       {dracut, netplan, selinux, cloud_init, openrc});
  sees(make_ubuntu, {netplan, cloud_init}, {ifupdown});
  sees(make_el, {dracut, boot_entries, network_manager, ifcfg, selinux}, {initramfs_tools});
  sees(make_suse, {dracut, wicked}, {ifcfg, selinux});
  sees(make_alpine, {openrc, inittab, mkinitfs, extlinux}, {systemd, grub, udev});
}

TEST_CASE("a folder without a system in it is refused with advice") {
  const GuestFolder folder;
  for (const auto& path : {folder.root.string(), std::string{"/nowhere/at/all"}}) {
    const auto guest = Guest::look_at(path);
    REQUIRE(!guest);
    CHECK(guest.error().code == Errc::guest_unusable);
    CHECK(guest.error().what.find(path) != std::string::npos);
    CHECK(!remedy(guest.error()).empty());
  }
}
