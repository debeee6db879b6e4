// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Looking into an initramfs, as every maker and every compression leaves it.
#include "fixups/initramfs.hpp"

#include <algorithm>

#include "base/subprocess.hpp"
#include "fixups/cpio_reader.hpp"
#include "guests.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

void shell(const std::string& line) {
  const auto result = run_ok({.argv = {"bash", "-euo", "pipefail", "-c", line}});
  if (!result) FAIL(to_string(result.error()));
}

const std::vector<std::string> all{"virtio_pci", "virtio_blk", "virtio_scsi", "nvme"};

/// Writes a cpio archive with the host's cpio, with modules named as on disk.
void make_archive(const GuestFolder& guest, const std::string& file,
                  const std::vector<std::string>& modules, const std::string& suffix = ".ko") {
  const auto tree = guest.base / "tree";
  fs::remove_all(tree);
  fs::create_directories(tree / "usr/lib/modules/x/kernel");
  for (const auto& module : modules) {
    std::ofstream{tree / "usr/lib/modules/x/kernel" / (module + suffix)} << std::string(4097, 'x');
  }
  std::ofstream{tree / "init"} << "#!/bin/sh\n";
  shell("cd " + tree.string() + " && find . | cpio -o -H newc --quiet > " +
        (guest.root / file).string());
}

std::set<std::string> modules_in(const GuestFolder& guest, const std::string& file) {
  const auto found = look_into_initramfs(look(guest).root, file);
  if (!found) FAIL(to_string(found.error()));
  return found->modules;
}

}  // namespace

TEST_CASE("modules are found in every compression, with plain archives before it") {
  const GuestFolder guest;
  make_debian(guest);
  const std::set<std::string> expected{all.begin(), all.end()};
  const auto boot = (guest.root / "boot").string();
  make_archive(guest, "boot/early", {});
  make_archive(guest, "boot/main", all, ".ko.xz");
  for (const std::string program : {"cat", "gzip -c", "xz -c --check=crc32", "zstd -qc"}) {
    CAPTURE(program);
    shell("cd " + boot + " && { cat early; head -c 1024 /dev/zero; cat early; " + program +
          " < main; } > initrd");
    CHECK(modules_in(guest, "/boot/initrd") == expected);
    shell("cd " + boot + " && " + program + " < main > initrd");
    CHECK(modules_in(guest, "/boot/initrd") == expected);
  }
}

TEST_CASE("an archive is read the same in pieces of any size") {
  const GuestFolder guest;
  make_debian(guest);
  make_archive(guest, "boot/main", all);
  const auto bytes = guest.read("/boot/main");
  for (const std::size_t piece : {1U, 7U, 110U, 4096U, 1U << 20}) {
    std::set<std::string> names;
    CpioReader reader{[&](std::string_view name) { names.emplace(name); }};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      CHECK(reader.feed(std::string_view{bytes}.substr(at, piece)) ==
            std::min(piece, bytes.size() - at));
    }
    CHECK(reader.complete());
    CHECK(names.contains("usr/lib/modules/x/kernel/virtio_blk.ko"));
    CHECK(names.contains("init"));
  }
}

TEST_CASE("an initramfs that is cut off, damaged or something else is refused with its name") {
  const GuestFolder guest;
  make_debian(guest);
  make_archive(guest, "boot/main", all);
  const auto good = guest.read("/boot/main");
  shell("cd " + (guest.root / "boot").string() + " && zstd -qc main | head -c 200 > cut.zst");
  guest.write("/boot/cut", good.substr(0, good.size() / 2));
  guest.write("/boot/bad", "070701" + std::string(200, 'z'));
  guest.write("/boot/text", "hello, this is no archive\n");
  guest.write("/boot/empty", "");
  for (const std::string file : {"cut.zst", "cut", "bad", "text", "empty"}) {
    CAPTURE(file);
    const auto found = look_into_initramfs(look(guest).root, "/boot/" + file);
    REQUIRE(!found);
    CHECK(found.error().code == Errc::guest_unbootable);
    CHECK(found.error().what.find("/boot/" + file) != std::string::npos);
  }
}

TEST_CASE("an initramfs that lacks a disk driver is told by kernel and driver") {
  const GuestFolder guest;
  make_debian(guest);
  const auto none = check_initramfs(look(guest));
  REQUIRE(!none);
  CHECK(none.error().what.find("6.1.0-25-amd64 has no initramfs") != std::string::npos);
  make_archive(guest, "boot/initrd.img-6.1.0-25-amd64", {"virtio_pci", "nvme", "virtio_scsi"});
  const auto lacks = check_initramfs(look(guest));
  REQUIRE(!lacks);
  CHECK(lacks.error().code == Errc::guest_unbootable);
  CHECK(lacks.error().what == "/boot/initrd.img-6.1.0-25-amd64 lacks virtio_blk");
  make_archive(guest, "boot/initrd.img-6.1.0-25-amd64", all);
  CHECK(check_initramfs(look(guest)));
}

TEST_CASE("a driver that is built in is not missed") {
  const GuestFolder guest;
  make_debian(guest);
  make_archive(guest, "boot/initrd.img-6.1.0-25-amd64", {"virtio_pci", "nvme", "virtio_scsi"});
  guest.write("/lib/modules/6.1.0-25-amd64/modules.builtin",
              "kernel/drivers/block/virtio_blk.ko\n");
  CHECK(check_initramfs(look(guest)));
}

TEST_CASE("a root on a logical volume needs lvm in every initramfs, and a guest that has it") {
  const GuestFolder guest;
  make_debian(guest);
  constexpr auto initrd = "boot/initrd.img-6.1.0-25-amd64";
  make_archive(guest, initrd, all);
  auto seen = look(guest);
  CHECK(check_initramfs(seen));
  seen.root_is_volume = true;
  const auto without = check_initramfs(seen);
  REQUIRE(!without);
  CHECK(without.error().code == Errc::guest_unbootable);
  CHECK(without.error().what.find("img-6.1.0-25-amd64 lacks lvm, nor has the guest lvm2") !=
        std::string::npos);
  CHECK(without.error().fix.find("install lvm2 on the source") != std::string::npos);
  guest.write("/usr/sbin/lvm", "");
  seen = look(guest);
  seen.root_is_volume = true;
  const auto unbuilt = check_initramfs(seen);
  REQUIRE(!unbuilt);
  CHECK(unbuilt.error().fix.empty());
  shell("cd " + (guest.base / "tree").string() +
        " && mkdir -p usr/sbin && touch usr/sbin/lvm && find . | cpio -o -H newc --quiet > " +
        (guest.root / initrd).string());
  CHECK(check_initramfs(seen));
}
