// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A guest's programs in its own root, and the traps of a boot loader that is set up elsewhere.
#include "fixups/guest_command.hpp"

#include <algorithm>
#include <tuple>

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/clock.hpp"
#include "fixups/rebuild.hpp"
#include "guests.hpp"
#include "tests/shell.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

void add_folders(const fs::path& root) {
  for (const auto* folder : {"dev", "proc", "sys", "run", "tmp", "etc", "bin", "boot/grub"}) {
    fs::create_directories(root / folder);
  }
}

/// A guest whose only program is busybox.
void make_busybox(const GuestFolder& guest) {
  add_folders(guest.root);
  fs::copy_file("/bin/busybox", guest.root / "bin/busybox");
  fs::create_symlink("busybox", guest.root / "bin/sh");
}

std::string in_guest(const GuestFolder& guest, const std::string& line) {
  const auto result =
      run_in_guest(look(guest).root, {}, {"sh", "-ec", line}, std::chrono::seconds{30});
  if (!result) FAIL(to_string(result.error()));
  INFO(result->err);
  REQUIRE(result->exit_code == 0);
  return result->out;
}

/// A disk with one ext4 partition, mounted: this host's own programs, with settings of its own.
struct Disk {
  GuestFolder folder;
  std::string loop;
  std::string uuid = "0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001";

  Disk() {
    const auto image = (folder.base / "disk").string();
    sh("truncate -s 64M " + image +
       " && printf 'label: gpt\\nstart=1MiB\\n' | "
       "sfdisk -q --no-reread --no-tell-kernel " +
       image);
    loop = sh("losetup -f --show " + image);
    sh("partx -d " + loop + " 2>/dev/null || true; partx -a " + loop);
    sh("mkfs.ext4 -q -F -U " + uuid + ' ' + partition());
    const auto root = folder.root.string();
    sh("mount " + partition() + ' ' + root);
    add_folders(folder.root);
    fs::remove(folder.root / "bin");
    fs::create_directories(folder.root / "usr");
    sh("mount --bind /usr " + root + "/usr && mount -o remount,ro,bind " + root + "/usr");
    for (const auto* name : {"bin", "lib", "lib64"}) {
      folder.link(std::string{"/"} + name, std::string{"usr/"} + name);
    }
    // grub asks udev's tool, which every guest with udev has, for the place of a partition.
    const auto disk = loop.substr(std::string{"/dev/"}.size());
    folder.write("/sbin/udevadm",
                 "#!/bin/sh\necho /devices/virtual/block/" + disk + "/" + disk + "p1\n", 0755);
    sh("cp -a /etc/grub.d " + root + "/etc/");
    folder.write("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"console=ttyS0\"\n");
    folder.write("/boot/vmlinuz-6.1.0-25-amd64", "kernel");
    folder.write("/boot/initrd.img-6.1.0-25-amd64", "initramfs");
  }
  ~Disk() {
    for (const auto& folder_below : {folder.root / "usr", folder.root}) {
      (void)run({.argv = {"umount", folder_below.string()}});
    }
    (void)run({.argv = {"partx", "-d", loop}});
    (void)run({.argv = {"losetup", "-d", loop}});
  }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  [[nodiscard]] std::string partition() const { return loop + "p1"; }

  /// Makes the boot menu as `update-grub` does.
  void make_menu(const std::string& with_uuid) const {
    const auto result =
        run_in_guest(look(folder).root, {{loop, ""}, {partition(), with_uuid}},
                     {"grub-mkconfig", "-o", "/boot/grub/grub.cfg"}, std::chrono::seconds{60});
    if (!result) FAIL(to_string(result.error()));
    INFO(result->err);
    REQUIRE(result->exit_code == 0);
  }
};

}  // namespace

TEST_CASE("a guest's programs have no network, no disk of the host and no settings of it") {
  const GuestFolder guest;
  make_busybox(guest);
  CHECK(in_guest(guest, "busybox ls /sys/class/net") == "lo\n");
  CHECK(in_guest(guest, "busybox ls /dev/disk/by-uuid") == "");
  CHECK(in_guest(guest, "busybox find /dev -type b") == "");
  CHECK(in_guest(guest, "echo $PATH; echo ${SECRET:-none}; echo $LC_ALL") ==
        "/usr/sbin:/usr/bin:/sbin:/bin\nnone\nC\n");
  CHECK(in_guest(guest, "echo $$") == "1\n");  // sees no process of the host
  CHECK(in_guest(guest, "echo x > /dev/null; busybox head -c 3 /dev/zero | busybox wc -c") ==
        "3\n");
}

TEST_CASE("what was mounted for a guest's program is gone with it") {
  const GuestFolder guest;
  make_busybox(guest);
  in_guest(guest, "echo left > /tmp/file; echo left > /run/file");
  for (const auto* folder : {"dev", "proc", "sys", "run", "tmp"}) {
    CHECK(fs::is_empty(guest.root / folder));
  }
}

TEST_CASE("a guest's programs run on a host that is a chroot, whose root is no mount") {
  const GuestFolder guest;
  make_busybox(guest);
  const auto host = guest.base / "host";
  for (const auto* folder : {"usr", "etc", "proc", "dev"}) fs::create_directories(host / folder);
  for (const auto* link : {"bin", "sbin", "lib", "lib64"}) {
    fs::create_symlink(std::string{"usr/"} + link, host / link);
  }
  fs::create_directories(host / guest.root.relative_path());
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto bind = [&](const std::string& folder) {
      return ::mount(folder.c_str(), (host.string() + folder).c_str(), nullptr, MS_BIND | MS_REC,
                     nullptr) == 0;
    };
    bool ready = ::unshare(CLONE_NEWNS) == 0;
    // Refused where this test itself runs in a chroot.
    std::ignore = ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    for (const auto& folder : {std::string{"/usr"}, std::string{"/etc"}, std::string{"/proc"},
                               std::string{"/dev"}, guest.root.string()}) {
      ready = ready && bind(folder);
    }
    ready = ready && ::chroot(host.c_str()) == 0 && ::chdir("/") == 0;
    if (!ready) ::_exit(2);
    const auto result =
        run_in_guest(look(guest).root, {}, {"sh", "-ec", "exit 7"}, std::chrono::seconds{30});
    ::_exit(result && result->exit_code == 7 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("a program that hangs is ended with all its children") {
  const GuestFolder guest;
  make_busybox(guest);
  const auto started = steady_ms();
  const auto result =
      run_in_guest(look(guest).root, {}, {"sh", "-c", "busybox sleep 987 & busybox sleep 987"},
                   std::chrono::seconds{1});
  REQUIRE(!result);
  CHECK(result.error().code == Errc::program_timeout);
  CHECK(steady_ms() - started < 20'000);
  // The first process of a name space takes all others with it.
  for (int i = 0; i < 100 && sh("pgrep -fc '^busybox sleep 987' || true") != "0"; ++i) {
    ::usleep(50'000);
  }
  CHECK(sh("pgrep -fc '^busybox sleep 987' || true") == "0");
}

TEST_CASE("a guest whose /dev is a link gets nothing mounted") {
  const GuestFolder guest;
  make_busybox(guest);
  fs::remove(guest.root / "dev");
  guest.link("/dev", guest.outside.string());
  const auto result = run_in_guest(look(guest).root, {}, {"sh"}, std::chrono::seconds{5});
  REQUIRE(!result);
  CHECK(result.error().code == Errc::guest_unusable);
}

TEST_CASE("a boot menu made without /dev/disk/by-uuid has the host's name of the root: seen") {
  const Disk disk;
  disk.make_menu("");
  CHECK(disk.folder.read("/boot/grub/grub.cfg").find("root=" + disk.partition()) !=
        std::string::npos);
  const auto checked = check_boot_menu(look(disk.folder).root);
  REQUIRE(!checked);
  CHECK(checked.error().code == Errc::guest_unbootable);
  CHECK(checked.error().what.starts_with("/boot/grub/grub.cfg:"));
  CHECK(checked.error().what.find("root=" + disk.partition()) != std::string::npos);
}

TEST_CASE("a boot menu made with /dev/disk/by-uuid has the root's UUID and no loop device") {
  const Disk disk;
  disk.make_menu(disk.uuid);
  const auto menu = disk.folder.read("/boot/grub/grub.cfg");
  CHECK(menu.find("root=UUID=" + disk.uuid) != std::string::npos);
  CHECK(menu.find("/dev/loop") == std::string::npos);
  CHECK(check_boot_menu(look(disk.folder).root));
}

TEST_CASE("every kernel's initramfs is rebuilt by the maker that is there, before the menu") {
  const auto steps_of = [](void (*make)(const GuestFolder&)) {
    const GuestFolder guest;
    make(guest);
    std::vector<std::string> lines;
    for (const auto& step : rebuild_steps(look(guest), "/dev/loop7")) {
      CHECK(step.reason.size() > 10);
      lines.push_back(to_line(step));
    }
    return lines;
  };
  CHECK(steps_of(make_debian) == std::vector<std::string>{"update-initramfs -c -k 6.1.0-25-amd64",
                                                          "grub-mkconfig -o /boot/grub/grub.cfg"});
  CHECK(steps_of(make_el)[0] ==
        "dracut --force --no-hostonly "
        "/boot/initramfs-5.14.0-427.el9.x86_64.img 5.14.0-427.el9.x86_64");
  CHECK(steps_of(make_alpine)[0] == "mkinitfs -o /boot/initramfs-lts 6.6.31-0-lts");
  const auto with_extlinux = steps_of([](const GuestFolder& guest) {
    make_debian(guest);
    guest.write("/usr/bin/extlinux", "");
    guest.write("/boot/extlinux/extlinux.conf", "");
  });
  CHECK(std::ranges::count(with_extlinux, "extlinux --install /boot/extlinux") == 1);
}
