// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A small Linux system that can make its own initramfs and boot menu, by programs of two lines,
// and is tied to the hardware it had: device names, and an initramfs without virtual disks.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/shell.hpp"

namespace ferry::test {

inline constexpr auto small_kernel = "6.1.0-1-amd64";

/// Fills a folder that is to be the root of a file system with this UUID, /dev/sda1 so far.
inline void make_small_guest(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  const auto write = [&](const std::string& name, const std::string& text) {
    fs::create_directories((root / name).parent_path());
    std::ofstream{root / name, std::ios::binary} << text;
  };
  for (const auto* name : {"dev", "proc", "sys", "run", "tmp", "var/lib", "usr/bin"}) {
    fs::create_directories(root / name);
  }
  fs::copy_file("/bin/busybox", root / "usr/bin/busybox");
  fs::create_symlink("busybox", root / "usr/bin/sh");
  fs::create_symlink("usr/bin", root / "bin");
  write("etc/fstab", "/dev/sda1 / ext4 defaults 0 1\n/dev/sdb1 /backup ext4 defaults 0 2\n");
  write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
  write("etc/hostname", "small\n");
  write("etc/network/interfaces",
        "auto ens192\niface ens192 inet static\n  address 192.0.2.7/24\n");
  write("etc/default/grub", "GRUB_CMDLINE_LINUX=\"quiet\"\n");
  write("etc/initramfs-tools/modules", "");
  write("boot/grub/grub.cfg", "linux /vmlinuz root=/dev/sda1 quiet\n");
  const auto modules = "lib/modules/" + std::string{small_kernel} + "/";
  std::string dep;
  const auto tree = fs::path{root.string() + ".initramfs"};
  for (const std::string name : {"virtio_pci", "virtio_blk", "virtio_scsi", "nvme"}) {
    dep += "kernel/drivers/" + name + ".ko:\n";
    fs::create_directories(tree / "lib/modules");
    std::ofstream{tree / "lib/modules" / (name + ".ko")} << std::string(5000, 'm');
  }
  write(modules + "modules.dep", dep);
  const auto archive = [&](const std::string& file) {
    fs::create_directories((root / file).parent_path());
    sh("cd '" + tree.string() + "' && find . | cpio -o -H newc --quiet > '" +
       (root / file).string() + "'");
  };
  fs::create_directories(tree / "usr/sbin");
  std::ofstream{tree / "usr/sbin/lvm"} << "a program";
  archive("usr/share/good");
  fs::remove_all(tree / "lib");
  fs::remove_all(tree / "usr");
  archive("boot/initrd.img-" + std::string{small_kernel});
  fs::remove_all(tree);
  const auto program = [&](const std::string& name, const std::string& line) {
    write(name, "#!/bin/sh\nset -e\n" + line + "\n");
    fs::permissions(root / name, fs::perms{0755});
  };
  program("usr/sbin/update-initramfs", "busybox cp /usr/share/good /boot/initrd.img-$3");
  program("usr/sbin/grub-mkconfig",
          ". /etc/default/grub\n"
          "echo linux /vmlinuz root=UUID=$(busybox ls /dev/disk/by-uuid | busybox head -n 1) "
          "$GRUB_CMDLINE_LINUX > $2");
}

}  // namespace ferry::test
