// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Guests that somebody prepared: nothing outside their folder is read or written, nothing hangs.
#include <algorithm>

#include <sys/stat.h>

#include "base/limits.hpp"
#include "fixups/manifest.hpp"
#include "guests.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// Applies and undoes all there is, and looks whether the folder beside the guest is the same.
void attack(const GuestFolder& guest) {
  const auto outside = tree_of(guest.outside);
  for (const auto network : {NetworkMode::keep_names, NetworkMode::dhcp}) {
    const auto found = look(guest);
    const auto made = plan_fix_ups(found, settings_for(network));
    REQUIRE(made);
    for (const auto& patch : made->patches) {
      for (const auto& side : {patch.before, patch.after}) {
        CHECK((!side || side->bytes.find("canary") == std::string::npos));
      }
    }
    if (apply_patches(found, made->patches)) (void)undo_patches(found.root);
  }
  CHECK(tree_of(guest.outside) == outside);
}

}  // namespace

TEST_CASE("links of a guest lead to its own root, whether absolute or up and up") {
  const GuestFolder guest;
  make_debian(guest);
  const auto canary = (guest.outside / "canary").string();
  fs::remove(guest.root / "etc/fstab");
  guest.link("/etc/fstab", canary);
  fs::remove(guest.root / "etc/default/grub");
  guest.link("/etc/default/grub", "../../../../outside/canary");
  fs::remove_all(guest.root / "etc/systemd");
  guest.link("/etc/systemd", guest.outside.string());
  fs::remove_all(guest.root / "etc/initramfs-tools");
  guest.link("/etc/initramfs-tools", "../../outside");
  attack(guest);
}

TEST_CASE("the folder of the originals may lead nowhere but into the guest") {
  const GuestFolder guest;
  make_debian(guest);
  fs::create_directories(guest.root / "var/lib");
  guest.link("/var/lib/edgeferry", guest.outside.string());
  attack(guest);
  CHECK(fs::is_symlink(guest.root / "var/lib/edgeferry"));
}

TEST_CASE("a link that leads back into the guest is followed there") {
  const GuestFolder guest;
  make_debian(guest);
  guest.write("/srv/real-fstab", "/dev/sda1 / ext4 defaults 0 1\n");
  fs::remove(guest.root / "etc/fstab");
  guest.link("/etc/fstab", "/srv/real-fstab");
  fix(guest, settings_for(NetworkMode::as_it_is));
  CHECK(guest.read("/srv/real-fstab").starts_with("UUID=0f3a6e55"));
  CHECK(fs::is_symlink(guest.root / "etc/fstab"));
}

TEST_CASE("loops, pipes, devices and folders where a file should be are told and left alone") {
  const GuestFolder guest;
  make_debian(guest);
  for (const auto* file : {"etc/fstab", "etc/crypttab", "etc/default/grub"}) {
    fs::remove(guest.root / file);
  }
  guest.link("/etc/fstab", "/etc/fstab");
  REQUIRE(::mkfifo((guest.root / "etc/crypttab").c_str(), 0600) == 0);
  fs::create_directories(guest.root / "etc/default/grub");
  fs::remove(guest.root / "etc/network/interfaces");
  REQUIRE(::mknod((guest.root / "etc/network/interfaces").c_str(), S_IFCHR | 0600, 0x0105) == 0);
  const auto made = plan(guest, settings_for(NetworkMode::dhcp));
  for (const auto* file : {"/etc/crypttab", "/etc/default/grub", "/etc/network/interfaces"}) {
    const auto told = [&](const std::string& note) { return note.find(file) != std::string::npos; };
    CHECK_MESSAGE(std::ranges::any_of(made.notes, told), file);
  }
  attack(guest);
}

TEST_CASE("a huge file is told and left alone, and so is a table of too many lines") {
  const GuestFolder guest;
  make_debian(guest);
  fs::resize_file(guest.root / "etc/default/grub", 1ULL << 40);  // sparse
  std::string lines;
  while (lines.size() < limits::guest_file_bytes_max - 40) lines += "/dev/sda1 /a ext4 ro 0 0\n";
  guest.write("/etc/fstab", lines);
  const auto made = plan(guest, settings_for(NetworkMode::as_it_is));
  for (const auto& patch : made.patches) {
    CHECK(patch.file != "/etc/fstab");
    CHECK(patch.file != "/etc/default/grub");
  }
  CHECK(made.notes.size() >= 2);
}

TEST_CASE("bytes that are no UTF-8, and zeros, pass through unchanged") {
  const GuestFolder guest;
  make_debian(guest);
  const std::string odd{"\xff\xfe \0 caf\xe9\r\n", 11};
  guest.write("/etc/fstab", odd + "/dev/sda1 / ext4 ro 0 1\n" + odd);
  const auto before = tree_of(guest.root);
  fix(guest, settings_for(NetworkMode::as_it_is));
  CHECK(guest.read("/etc/fstab") ==
        odd + "UUID=0f3a6e55-4a8c-4c2a-9a5e-6d1f00000001 / ext4 ro 0 1\n" + odd);
  REQUIRE(undo_patches(look(guest).root));
  CHECK(tree_of(guest.root) == before);
}

TEST_CASE("names with blanks, line ends and bytes that are no text are undone too") {
  const GuestFolder guest;
  make_debian(guest);
  const std::string odd = "/etc/default/grub.d/a b\n%41\xff.cfg";
  guest.write(odd, "GRUB_CMDLINE_LINUX=\"quiet\"\n");
  const auto before = tree_of(guest.root);
  fix(guest, {});
  CHECK(guest.read(odd) == "GRUB_CMDLINE_LINUX=\"quiet console=tty0 console=ttyS0\"\n");
  REQUIRE(undo_patches(look(guest).root));
  CHECK(tree_of(guest.root) == before);
}

TEST_CASE("a manifest that a guest brings along leads nowhere outside") {
  const std::string state = "file:" + std::string(64, '0');
  for (const std::string& line :
       {std::string{"file ../../outside/canary absent "} + state + " 644 0:0 x",
        "file /../../outside/canary absent " + state + " 644 0:0 x", std::string{"folder /.."},
        "file /etc/fstab nonsense " + state + " 644 0:0 x", std::string{"rubbish"}}) {
    CAPTURE(line);
    const GuestFolder guest;
    make_debian(guest);
    guest.write(std::string{manifest_file}, "edgeferry fix-ups 1\n" + line + "\n");
    const auto outside = tree_of(guest.outside);
    const auto undone = undo_patches(look(guest).root);
    REQUIRE(!undone);
    CHECK(undone.error().code == Errc::guest_unusable);
    CHECK(undone.error().what.find(":2") != std::string::npos);
    CHECK(tree_of(guest.outside) == outside);
  }
}
