// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "image_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using Strings = std::vector<std::string>;

std::string text_of(const MountedGuest& guest, const std::string& path) {
  return read_file(guest.folder() + path).value_or("");
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

/// What `with_guest` has found, checked by the test's own thread.
struct Seen {
  std::string root;
  Strings points;
  Strings notes;
  std::string hostname;
};

Seen look_into(const std::vector<ImageFile>& images,
               const std::vector<MigratedVolume>& names = {}) {
  Seen seen;
  const auto error = with_guest(
      images,
      [&](const AttachedDisks& disks, const MountedGuest& guest) {
        seen = {guest.root().about, guest.points(), guest.notes(), text_of(guest, "/etc/hostname")};
        seen.notes.insert(seen.notes.end(), disks.notes().begin(), disks.notes().end());
      },
      names);
  CHECK(to_string(error) == to_string(Error{}));
  return seen;
}

Error refusal(const std::vector<ImageFile>& images) {
  return with_guest(images, [](const auto&, const auto&) {});
}

}  // namespace

TEST_CASE("a root and its /boot are found on a GPT disk and mounted as the guest does") {
  const TempFolder folder;
  const SystemFolder boot{""};
  const SystemFolder system{"# the root\nUUID=" + std::string{root_uuid} +
                            " / ext4 defaults 0 1\n/dev/sda1 /boot ext4 defaults 0 2\n"
                            "/dev/sda9 /usr/local ext4 ro 0 0\nnas:/x /var nfs defaults 0 0\n"
                            "/dev/sda3 none swap sw 0 0\n"};
  const auto image = new_image(folder, "gpt.raw", 64);
  make_gpt(image, "start=2048,size=32768\\nstart=34816,size=65536\\nstart=100352,size=8192");
  fs::remove_all(boot.folder.path / "etc");
  put_ext4(image, 1, 16, boot_uuid, boot.folder.path);
  put_ext4(image, 17, 32, root_uuid, system.folder.path);
  const auto seen = look_into({{image, ImageFormat::raw}}, {{"/dev/sda1", boot_uuid}});
  CHECK(seen.root == "partition 2 of gpt.raw");
  CHECK(seen.points == Strings{"/", "/boot"});
  CHECK(seen.hostname == "small\n");
  REQUIRE(seen.notes.size() == 2);
  CHECK(seen.notes[0] == "/var is on nas:/x, which no disk given holds");
  CHECK(seen.notes[1] == "/usr/local is on /dev/sda9, which no disk given holds");
}

TEST_CASE("a root on xfs is found on an MBR disk, beside the mounted original") {
  const TempFolder folder;
  const SystemFolder system{"UUID=x / xfs defaults 0 0\n"};
  const auto image = new_image(folder, "mbr.raw", 320);
  sh("printf 'label: dos\\nstart=2048,size=16384\\nstart=20480,size=634880,type=5\\n"
     "start=22528,size=632832\\n' | sfdisk -q --no-reread --no-tell-kernel " +
     image);
  const Loop loop{image, true};
  const auto device = loop.device + "p5";
  sh("mkfs.xfs -q -f " + device + " && mkdir " + (folder / "m"));
  const Mounted original{device, folder / "m"};
  sh("cp -a " + system.folder.path.string() + "/. " + original.point.string() + " && fsfreeze -f " +
     original.point.string() + " && cp --sparse=always " + image + " " + (folder / "copy.raw") +
     "; fsfreeze -u " + original.point.string());
  const auto seen = look_into({{folder / "copy.raw", ImageFormat::raw}});
  CHECK(seen.root == "partition 5 of copy.raw");
  CHECK(seen.points == Strings{"/"});
  CHECK(seen.hostname == "small\n");
}

TEST_CASE("a root in a btrfs subvolume is found, and not its snapshots") {
  const TempFolder folder;
  // One of its own: mkfs.btrfs refuses what any device of this machine has, other tests' among
  // them.
  const std::string uuid = "0f3a6e55-4a8c-4c2a-9a5e-6d1f00000003";
  const auto line = "UUID=" + uuid;
  const SystemFolder system{line + " / btrfs subvol=@rootfs 0 0\n" + line +
                            " /var btrfs subvol=/@var,compress=zstd 0 0\n"};
  const auto image = new_image(folder, "btrfs.raw", 256);
  sh("mkfs.btrfs -q -U " + uuid + " " + image + " && mkdir " + (folder / "m"));
  {
    const Loop loop{image};
    const Mounted mounted{loop.device, folder / "m"};
    const auto at = mounted.point.string();
    sh("btrfs -q subvolume create " + at + "/@rootfs && btrfs -q subvolume create " + at +
       "/@var && cp -a " + system.folder.path.string() + "/. " + at + "/@rootfs && touch " + at +
       "/@var/here && btrfs -q subvolume snapshot " + at + "/@rootfs " + at + "/@old");
  }
  std::string var;
  const auto error =
      with_guest({{image, ImageFormat::raw}}, [&](const auto&, const MountedGuest& guest) {
        var = text_of(guest, "/etc/hostname") +
              (fs::exists(guest.folder() + "/var/here") ? "@var" : "");
      });
  CHECK(to_string(error) == to_string(Error{}));
  CHECK(var == "small\n@var");
}

TEST_CASE("a root on a logical volume of two disks is found without device-mapper") {
  const TempFolder folder;
  const SystemFolder system{"/dev/mapper/vg--0-root / ext4 defaults 0 1\n"};
  const auto first = new_image(folder, "first.raw", 40);
  const auto second = new_image(folder, "second.raw", 40);
  {
    const Loop a{first};
    const Loop b{second};
    const auto lvm = [&](const std::string& words) {
      sh("lvm " + words +
         " --driverloaded n --config 'devices{use_devicesfile=0 "
         "obtain_device_list_from_udev=0 filter=[\"a|^" +
         a.device + "$|\",\"a|^" + b.device +
         "$|\",\"r|.*|\"]} activation{udev_sync=0 udev_rules=0} "
         "backup{archive=0 backup=0}' 2>&1");
    };
    lvm("vgcreate -y vg-0 " + a.device + " " + b.device);
    for (const auto* volume : {"root -l 7", "wide -l 10"}) {
      lvm("lvcreate -y -an -Zn -Wn vg-0 -n " + std::string{volume});
    }
    // The first free extents are those of the first disk: 1 MiB, then extents of 4 MiB.
    const Loop root{"-o 1048576 --sizelimit 29360128 " + a.device};
    put_ext4(root.device, 0, 28, root_uuid, system.folder.path);
  }
  const auto seen = look_into({{first, ImageFormat::raw}, {second, ImageFormat::raw}});
  CHECK(seen.root == "volume vg-0/root");
  CHECK(seen.hostname == "small\n");
  REQUIRE(seen.notes.size() == 1);
  CHECK(has(seen.notes[0], "logical volume vg-0/wide (linear) is not one range"));
}

TEST_CASE("two roots are refused by their names, and none says what was looked at") {
  const TempFolder folder;
  const SystemFolder system{"/dev/sda1 / ext4 defaults 0 1\n"};
  const auto first = new_image(folder, "first.raw", 16);
  const auto second = new_image(folder, "second.raw", 16);
  put_ext4(first, 0, 16, root_uuid, system.folder.path);
  put_ext4(second, 0, 16, boot_uuid, system.folder.path);
  const auto two = refusal({{first, ImageFormat::raw}, {second, ImageFormat::raw}});
  CHECK(two.code == Errc::guest_unusable);
  CHECK(has(two.what, "first.raw (ext4, UUID " + std::string{root_uuid} + ") and second.raw"));
  put_ext4(first, 0, 16, root_uuid);
  const auto none = refusal({{first, ImageFormat::raw}});
  CHECK(none.code == Errc::guest_missing);
  CHECK(has(none.what, "no Linux system has its root on first.raw (ext4, UUID"));
}

TEST_CASE("a mount point that leads out of the guest is resolved inside it") {
  const TempFolder folder;
  const SystemFolder system{"/dev/sda1 / ext4 defaults 0 1\nUUID=" + std::string{boot_uuid} +
                            " /boot/link ext4 defaults 0 2\n"};
  fs::create_directories(system.folder.path / "tmp/inside");
  fs::create_symlink("../../../../../../../../tmp/inside", system.folder.path / "boot/link");
  const auto image = new_image(folder, "system.raw", 16);
  const auto other = new_image(folder, "other.raw", 16);
  put_ext4(image, 0, 16, root_uuid, system.folder.path);
  put_ext4(other, 0, 16, boot_uuid);
  const auto seen = look_into({{image, ImageFormat::raw}, {other, ImageFormat::raw}});
  CHECK(seen.points == Strings{"/", "/tmp/inside"});
  CHECK(!fs::exists("/tmp/inside/lost+found"));
}
