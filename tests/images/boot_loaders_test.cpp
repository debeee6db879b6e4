// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// ESPs on real FAT file systems, as installers leave them.
#include "images/boot_loaders.hpp"

#include "image_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A disk whose first partition is an ESP with these files; each holds its own name.
struct EspDisk {
  TempFolder folder;
  std::string image = new_image(folder, "system.raw", 40);
  std::string esp = image + "@@1M";

  explicit EspDisk(const std::vector<std::string>& files) {
    make_gpt(image, "start=2048,size=65536,type=U\\n");
    sh("truncate -s 32M " + (folder / "esp") + " && mkfs.vfat " + (folder / "esp") +
       " && dd if=" + (folder / "esp") + " of=" + image +
       " bs=1M seek=1 conv=notrunc status=none && mmd -i " + esp + " ::/EFI");
    for (const auto& file : files) {
      std::ofstream{folder / "text"} << file;
      sh("mmd -D s -i " + esp + " ::/" + fs::path{file}.parent_path().string() +
         " 2>/dev/null </dev/null || true; mcopy -i " + esp + " " + (folder / "text") + " ::/" +
         file);
    }
  }
  [[nodiscard]] std::string text(const std::string& file) const {
    return sh("mtype -i " + esp + " ::/" + file + " 2>/dev/null || true");
  }
  /// Attaches the disk, calls `work`, and gives the disk what was written.
  void with_disk(const std::function<Result<>(const AttachedDisks&)>& work) const {
    const auto overlays = folder.path / "work";
    const auto error = in_thread([&]() -> Result<> {
      auto disks = AttachedDisks::attach({{image, ImageFormat::raw}}, overlays);
      if (!disks) return fail(disks.error());
      if (auto done = work(*disks); !done) return done;
      return disks->detach();
    });
    CHECK(to_string(error) == to_string(Error{}));
    sh("qemu-img commit -q " + (overlays / "disk0.qcow2").string());
    fs::remove_all(overlays);
  }
  /// What is shown to firmware by a guest with this ID; empty: nothing.
  [[nodiscard]] std::string shown(const std::string& owner) const {
    std::string about;
    with_disk([&](const AttachedDisks& disks) -> Result<> {
      const auto hidden = hidden_loader(disks, owner);
      if (!hidden) return fail(hidden.error());
      if (!*hidden) return {};
      about = (*hidden)->about();
      return show_loader(**hidden, disks.work());
    });
    return about;
  }
};

constexpr auto removable = "EFI/BOOT/BOOTX64.EFI";

}  // namespace

TEST_CASE("the boot loader of an ESP is put where any UEFI finds it, and its own file stays") {
  const EspDisk disk{{"EFI/debian/grubx64.efi"}};
  CHECK(disk.shown("debian") == "EFI/debian/grubx64.efi is copied to EFI/BOOT/BOOTX64.EFI");
  CHECK(disk.text(removable) == "EFI/debian/grubx64.efi");
  CHECK(disk.text("EFI/debian/grubx64.efi") == "EFI/debian/grubx64.efi");
  disk.with_disk([](const AttachedDisks& disks) -> Result<> {
    CHECK(starts_by_uefi(disks).value());
    CHECK(!starts_by_bios(disks).value());
    return {};
  });
}

TEST_CASE("shim takes along the boot loader that it starts") {
  const EspDisk disk{{"EFI/ubuntu/grubx64.efi", "EFI/ubuntu/shimx64.efi"}};
  CHECK(!disk.shown("ubuntu").empty());
  CHECK(disk.text(removable) == "EFI/ubuntu/shimx64.efi");
  CHECK(disk.text("EFI/BOOT/grubx64.efi") == "EFI/ubuntu/grubx64.efi");
}

TEST_CASE("a loader that firmware finds by itself is left alone") {
  const EspDisk disk{{"EFI/BOOT/BOOTX64.EFI", "EFI/debian/grubx64.efi"}};
  CHECK(disk.shown("debian").empty());
  CHECK(disk.text(removable) == removable);
}

TEST_CASE("of several loaders that of the guest's own distribution is taken, and no other") {
  const EspDisk disk{{"EFI/debian/grubx64.efi", "EFI/fedora/grubx64.efi"}};
  CHECK(disk.shown("suse").empty());
  CHECK(disk.text(removable).empty());
  CHECK(!disk.shown("fedora").empty());
  CHECK(disk.text(removable) == "EFI/fedora/grubx64.efi");
  CHECK(EspDisk{{}}.shown("debian").empty());
}

TEST_CASE("code that starts a partition leads nowhere on a disk whose file systems are new") {
  const EspDisk disk{{}};
  const auto starts = [&](bool expected) {
    disk.with_disk([&](const AttachedDisks& disks) -> Result<> {
      CHECK(starts_by_bios(disks).value() == expected);
      return {};
    });
  };
  poke(disk.image, 0, "code of syslinux: Missing operating system.");
  poke(disk.image, 1 << 20, std::string(512, '\0'));
  starts(false);
  poke(disk.image, 1 << 20, "code of extlinux");
  poke(disk.image, (1 << 20) + 510, "\x55\xaa");
  starts(true);
  poke(disk.image, 0, "code of something else, which needs no partition");
  poke(disk.image, 1 << 20, std::string(512, '\0'));
  starts(true);
}
