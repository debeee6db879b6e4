// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What each fix-up makes of a guest.
#include "guests.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

bool has_note(const FixUpPlan& plan, const std::string& words) {
  for (const auto& note : plan.notes) {
    if (note.find(words) != std::string::npos) return true;
  }
  return false;
}

std::string fixed(void (*make)(const GuestFolder&), const std::string& path,
                  NetworkMode network = NetworkMode::as_it_is) {
  const GuestFolder guest;
  make(guest);
  fix(guest, settings_for(network));
  return guest.read(path);
}

}  // namespace

TEST_CASE("fstab goes by UUIDs, waits for no disk that stays behind, and keeps its columns") {
  CHECK(fixed(make_debian, "/etc/fstab") ==
        "# <file system> <mount point>   <type>  <options>       <dump>  <pass>\n"
        "UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001\t/               ext4    errors=remount-ro 0"
        "       1\n"
        "UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000005       none            swap    sw"
        "              0       0\n"
        "/dev/sdb1       /backup         xfs     defaults,nofail        0       2\n"
        "UUID=dead0000-0000-0000-0000-000000000000 /old ext4 defaults,nofail 0 2\n"
        "files:/export   /srv/files      nfs     rw              0       0\n"
        "/dev/mapper/vg-data /data       ext4    defaults        0       2\n"
        "/dev/sr0        /media/cdrom0   udf,iso9660 user,noauto 0       0\n");
}

TEST_CASE(
    "a partition's UUID that is gone becomes its file system's, and one that is there stays") {
  const GuestFolder guest;
  make_debian(guest);
  guest.write("/etc/fstab",
              "PARTUUID=CAFE1234-02 / ext4 defaults 0 1\n"
              "/dev/disk/by-partuuid/cafe1234-05 none swap sw 0 0\n"
              "PARTUUID=cafe1234-01 /boot ext4 defaults 0 2\n"
              "PARTUUID=feed0000-01 /lost ext4 defaults 0 2\n");
  guest.write("/etc/default/grub",
              "GRUB_CMDLINE_LINUX=\"root=PARTUUID=cafe1234-02 resume=PARTUUID=cafe1234-01\"\n");
  guest.write("/boot/grub/grub.cfg", "linux /vmlinuz root=PARTUUID=cafe1234-02 ro\n");
  FixUpSettings settings;
  settings.serial_port.clear();
  settings.edit_menu = true;
  settings.volumes = {{"/dev/disk/by-uuid/b0", "b0", "", "cafe1234-01"},
                      {"/dev/disk/by-partuuid/cafe1234-01", "b0", "", "cafe1234-01"},
                      {"/dev/disk/by-partuuid/cafe1234-02", "a0"},
                      {"/dev/disk/by-partuuid/cafe1234-05", "50"}};
  fix(guest, settings);
  CHECK(guest.read("/etc/fstab") ==
        "UUID=a0 / ext4 defaults 0 1\n"
        "UUID=50 none swap sw 0 0\n"
        "PARTUUID=cafe1234-01 /boot ext4 defaults 0 2\n"
        "PARTUUID=feed0000-01 /lost ext4 defaults,nofail 0 2\n");
  CHECK(guest.read("/etc/default/grub") ==
        "GRUB_CMDLINE_LINUX=\"root=UUID=a0 resume=PARTUUID=cafe1234-01\"\n");
  CHECK(guest.read("/boot/grub/grub.cfg") == "linux /vmlinuz root=UUID=a0 ro\n");
}

TEST_CASE("without a list of volumes no disk is taken for missing") {
  const GuestFolder guest;
  make_debian(guest);
  fix(guest, {});
  CHECK(guest.read("/etc/fstab").find("nofail") == std::string::npos);
  CHECK(guest.read("/etc/initramfs-tools/conf.d/resume") == "RESUME=UUID=gone-0000\n");
}

TEST_CASE("a boot goes on without a file server only if somebody asks for it") {
  const GuestFolder guest;
  make_debian(guest);
  auto settings = settings_for(NetworkMode::as_it_is);
  settings.network_mounts_optional = true;
  fix(guest, settings);
  CHECK(guest.read("/etc/fstab").find("nfs     rw,nofail,_netdev ") != std::string::npos);
}

TEST_CASE("a missing disk that nothing works without is told, and never made optional") {
  for (const std::string point : {"/", "/boot", "/usr", "/var"}) {
    const GuestFolder guest;
    make_suse(guest);
    guest.write("/etc/fstab", "/dev/sdz9 " + point + " ext4 defaults 0 1\n");
    const auto made = plan(guest, settings_for(NetworkMode::as_it_is));
    CHECK(has_note(made, "/dev/sdz9"));
    for (const auto& patch : made.patches) CHECK(patch.file != "/etc/fstab");
  }
}

TEST_CASE("encrypted volumes are found by UUID and unlocked by the initramfs") {
  CHECK(fixed(make_debian, "/etc/crypttab") ==
        "secret UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000005 none luks,initramfs\n");
}

TEST_CASE("an encrypted volume of a disk that stays behind is not waited for, nor unlocked") {
  for (const auto& [line, wanted] :
       {std::pair{"vault UUID=dead0000-0000 none luks\n",
                  "vault UUID=dead0000-0000 none luks,nofail\n"},
        std::pair{"vault /dev/sdb1\n", "vault /dev/sdb1 none nofail\n"},
        std::pair{"vault UUID=dead0000-0000 none luks,nofail\n",
                  "vault UUID=dead0000-0000 none luks,nofail\n"}}) {
    const GuestFolder guest;
    make_debian(guest);
    guest.write("/etc/crypttab", line);
    fix(guest, settings_for(NetworkMode::as_it_is));
    CHECK(guest.read("/etc/crypttab") == wanted);
  }
}

TEST_CASE("where no name of the source is known, only UUIDs tell that a disk stays behind") {
  const GuestFolder guest;
  make_debian(guest);
  guest.write("/etc/fstab",
              "/dev/sda2 /a ext4 defaults 0 2\nUUID=dead0000-0000 /b ext4 defaults 0 2\n");
  FixUpSettings settings;
  settings.volumes = {{"/dev/disk/by-uuid/1A2B-3C4D", "1A2B-3C4D"}};
  fix(guest, settings);
  CHECK(guest.read("/etc/fstab") ==
        "/dev/sda2 /a ext4 defaults 0 2\nUUID=dead0000-0000 /b ext4 defaults,nofail 0 2\n");
}

TEST_CASE("the serial console is the last one in every place that grub reads") {
  const GuestFolder guest;
  make_debian(guest);
  fix(guest, settings_for(NetworkMode::as_it_is));
  const auto grub = guest.read("/etc/default/grub");
  CHECK(grub.find("GRUB_CMDLINE_LINUX=\"console=tty0 console=ttyS0\"\n") != std::string::npos);
  CHECK(grub.find("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet "
                  "resume=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000005\"\n") != std::string::npos);
  CHECK(grub.find("#GRUB_TERMINAL=console\n") != std::string::npos);
  CHECK(guest.read("/etc/default/grub.d/50-cloudimg-settings.cfg") ==
        "GRUB_CMDLINE_LINUX_DEFAULT=\"nomodeset\"\n");
  CHECK(!guest.has("/boot/grub/device.map"));
}

TEST_CASE("grub's settings are edited behind a link, and the link stays one") {
  const GuestFolder guest;
  make_el(guest);
  fs::remove(guest.root / "etc/default/grub");
  fs::remove(guest.root / "etc/sysconfig/grub");
  guest.write("/etc/sysconfig/grub", "GRUB_CMDLINE_LINUX=\"ro console=ttyS0,9600 quiet\"\n");
  guest.link("/etc/default/grub", "/etc/sysconfig/grub");  // absolute: the guest's own root
  fix(guest, {});
  CHECK(guest.read("/etc/sysconfig/grub") ==
        "GRUB_CMDLINE_LINUX=\"ro quiet console=tty0 console=ttyS0,9600\"\n");
  CHECK(fs::is_symlink(guest.root / "etc/default/grub"));
}

TEST_CASE("boot entries and the arguments of later kernels change with grub's settings") {
  const GuestFolder guest;
  make_el(guest);
  fix(guest, settings_for(NetworkMode::as_it_is));
  CHECK(guest.read("/boot/loader/entries/abc-5.14.0.conf") ==
        "title Rocky\nlinux /vmlinuz-5.14.0\noptions "
        "root=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001 ro crashkernel=1G console=tty0 "
        "console=ttyS0\n");
  CHECK(guest.read("/etc/kernel/cmdline") ==
        "root=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001 ro console=tty0 console=ttyS0\n");
  CHECK(guest.read("/etc/default/grub").find("GRUB_DISABLE_LINUX_UUID=false\n") !=
        std::string::npos);
}

TEST_CASE("arguments made by a program are left alone, and that is told") {
  const GuestFolder guest;
  make_suse(guest);
  const std::string text = "GRUB_CMDLINE_LINUX=\"$(cat /etc/args)\"\n";
  guest.write("/etc/default/grub", text);
  const auto made = plan(guest, {});
  CHECK(has_note(made, "GRUB_CMDLINE_LINUX"));
  fix(guest, {});
  CHECK(guest.read("/etc/default/grub") == text);
}

TEST_CASE("grub's own menu gets the arguments only where its maker can't run") {
  const std::string menu =
      "menuentry 'Linux' {\n\tsearch --fs-uuid --set=root 1A2B\n"
      "\tlinux\t/vmlinuz-6.1 root=/dev/mapper/vg-root ro quiet\n\tinitrd\t/initrd-6.1\n}\n";
  for (const bool edit_menu : {false, true}) {
    const GuestFolder guest;
    make_debian(guest);
    guest.write("/boot/grub/grub.cfg", menu);
    auto settings = settings_for(NetworkMode::as_it_is);
    settings.edit_menu = edit_menu;
    fix(guest, settings);
    auto wanted = menu;
    if (edit_menu) wanted.insert(wanted.find("quiet") + 5, " console=tty0 console=ttyS0");
    CHECK(guest.read("/boot/grub/grub.cfg") == wanted);
  }
}

TEST_CASE("extlinux as Debian keeps it boots by UUID with a serial console") {
  const GuestFolder guest;
  make_debian(guest);
  guest.write(
      "/boot/extlinux/linux.cfg",
      "label l0\n\tlinux /boot/vmlinuz-6.1\n\tappend initrd=/boot/initrd root=/dev/sda1 ro\n");
  guest.write("/boot/extlinux/extlinux.conf", "include linux.cfg\n");
  guest.write("/etc/default/extlinux",
              "EXTLINUX_PARAMETERS=\"ro quiet\"\nEXTLINUX_ROOT=\"root=/dev/sda1\"\n");
  fix(guest, settings_for(NetworkMode::as_it_is));
  CHECK(guest.read("/boot/extlinux/linux.cfg") ==
        "label l0\n\tlinux /boot/vmlinuz-6.1\n\tappend initrd=/boot/initrd "
        "root=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001 ro console=tty0 console=ttyS0\n");
  CHECK(guest.read("/etc/default/extlinux") ==
        "EXTLINUX_PARAMETERS=\"ro quiet console=tty0 console=ttyS0\"\n"
        "EXTLINUX_ROOT=\"root=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001\"\n");
}

TEST_CASE("extlinux boots by UUID with a serial console") {
  const GuestFolder guest;
  make_alpine(guest);
  fix(guest, settings_for(NetworkMode::as_it_is));
  CHECK(guest.read("/boot/extlinux.conf").find("  APPEND modules=sd-mod quiet") ==
        std::string::npos);
  CHECK(guest.read("/boot/extlinux.conf") ==
        "LABEL lts\n  LINUX vmlinuz-lts\n  APPEND root=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001 "
        "modules=sd-mod quiet console=tty0 console=ttyS0\n");
  CHECK(guest.read("/etc/update-extlinux.conf") ==
        "overwrite=1\ndefault_kernel_opts=\"quiet rootfstype=ext4 console=tty0 console=ttyS0\"\n"
        "root=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001\n");
}

TEST_CASE("an initramfs gets the drivers that the guest's kernels have, and not one twice") {
  CHECK(fixed(make_debian, "/etc/initramfs-tools/modules") ==
        "# List of modules\nraid1\nvirtio-blk\nvirtio\nvirtio_ring\nvirtio_pci\nvirtio_scsi\n"
        "virtio_net\nnvme\nnvme_core\n");
  CHECK(fixed(make_debian, "/etc/initramfs-tools/conf.d/zz-edgeferry") == "MODULES=most\n");
  CHECK(fixed(make_el, "/etc/dracut.conf.d/99-edgeferry.conf") ==
        "hostonly=\"no\"\nadd_drivers+=\" virtio virtio_ring virtio_pci virtio_blk virtio_scsi "
        "virtio_net nvme nvme_core \"\n");
  CHECK(fixed(make_alpine, "/etc/mkinitfs/mkinitfs.conf") ==
        "features=\"ata base ext4 keymap scsi virtio nvme\"\n");
}

TEST_CASE("no boot waits to resume from a swap that stays behind") {
  CHECK(fixed(make_debian, "/etc/initramfs-tools/conf.d/resume") == "RESUME=none\n");
  const GuestFolder guest;
  make_debian(guest);
  guest.write("/etc/initramfs-tools/conf.d/resume", "RESUME=/dev/sda5\n");
  fix(guest, settings_for(NetworkMode::as_it_is));
  CHECK(guest.read("/etc/initramfs-tools/conf.d/resume") ==
        "RESUME=UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000005\n");
}

TEST_CASE("a login waits on the serial console, by systemd or by inittab") {
  const GuestFolder ubuntu;
  make_ubuntu(ubuntu);
  fix(ubuntu, {});
  CHECK(!ubuntu.has("/etc/systemd/system/serial-getty@ttyS0.service"));  // it was masked
  CHECK(fs::read_symlink(ubuntu.root /
                         "etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service") ==
        "/usr/lib/systemd/system/serial-getty@.service");
  const GuestFolder alpine;
  make_alpine(alpine);
  fix(alpine, {});
  CHECK(alpine.read("/etc/inittab")
            .ends_with("\nttyS0::respawn:/sbin/getty -L 115200 ttyS0 vt100\n"));
  CHECK(alpine.read("/etc/securetty") == "console\ntty1\nttyS0\n");
}

TEST_CASE("SELinux stays on, and what was changed is labelled at the next boot") {
  const GuestFolder guest;
  make_el(guest);
  fix(guest, {});
  CHECK(guest.has("/.autorelabel"));
  CHECK(guest.read("/etc/selinux/config").find("SELINUX=enforcing") != std::string::npos);
  // The boot has labelled the files; nothing else is to be done, so nothing is labelled again.
  fs::remove(guest.root / ".autorelabel");
  CHECK(plan(guest, {}).patches.empty());
}

TEST_CASE("what programs remember of the source's disks is forgotten") {
  const GuestFolder guest;
  make_el(guest);
  guest.write("/etc/lvm/lvm.conf", "devices {\n  global_filter = [ \"a|/dev/sda.*|\" ]\n}\n");
  CHECK(has_note(plan(guest, {}), "global_filter"));
  fix(guest, {});
  CHECK(!guest.has("/etc/lvm/devices/system.devices"));
}

TEST_CASE("the machine stays the one it was") {
  const GuestFolder guest;
  make_ubuntu(guest);
  guest.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  guest.write("/etc/ssh/ssh_host_ed25519_key", "key\n", 0600);
  guest.write("/etc/hostname", "web-1\n");
  for (const auto& patch : plan(guest, settings_for(NetworkMode::dhcp)).patches) {
    for (const auto* part : {"machine-id", "ssh_host", "hostname"}) {
      CHECK(patch.file.find(part) == std::string::npos);
    }
  }
  fix(guest, {});
  const auto cloud = guest.read("/etc/cloud/cloud.cfg.d/99-edgeferry.cfg");
  for (const auto* line :
       {"  config: disabled\n", "preserve_hostname: true\n", "ssh_deletekeys: false\n"}) {
    CHECK(cloud.find(line) != std::string::npos);
  }
}

TEST_CASE("settings that would break a guest's files are refused") {
  const GuestFolder folder;
  make_debian(folder);
  const auto guest = look(folder);
  std::vector<FixUpSettings> bad(6);
  bad[0].volumes = {{"/dev/sda1", "uuid\nevil"}};
  bad[1].volumes = {{"sda1", "0f3a"}};
  bad[2].nics = {{"eth0\"", "", ""}};
  bad[3].nics = {{"../../etc/passwd", "", ""}};
  bad[4].nics = {{"eth0", "00:50:56", ""}};
  bad[5].serial_port = "../tty";
  for (const auto& settings : bad) {
    const auto made = plan_fix_ups(guest, settings);
    REQUIRE(!made);
    CHECK(made.error().code == Errc::invalid_argument);
    CHECK(!made.error().fix.empty());
  }
}
