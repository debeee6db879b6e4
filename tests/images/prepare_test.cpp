// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "images/prepare.hpp"

#include <algorithm>
#include <csignal>

#include <sys/wait.h>

#include "cloud/image_overlay.hpp"
#include "image_fixture.hpp"
#include "lvm_image.hpp"
#include "small_guest.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

using Strings = std::vector<std::string>;

/// A disk of 48 MiB with the small guest as its first partition, raw and as qcow2.
struct Image {
  TempFolder folder;
  std::string raw = new_image(folder, "system.raw", 48);
  std::string qcow2 = folder / "system.qcow2";

  /// `change` may spoil the guest first.
  explicit Image(const std::function<void(const fs::path&)>& change = [](const fs::path&) {}) {
    make_small_guest(folder.path / "guest");
    change(folder.path / "guest");
    make_gpt(raw, "start=2048,size=92160");
    put_ext4(raw, 1, 45, root_uuid, folder.path / "guest");
    sh("qemu-img convert -O qcow2 " + raw + " " + qcow2);
  }
  [[nodiscard]] PrepareRequest request() const {
    PrepareRequest request;
    request.disks = {{qcow2, ImageFormat::qcow2}};
    request.fixups.network = NetworkMode::dhcp;
    request.work = folder.path / "work";
    return request;
  }
  [[nodiscard]] std::string digest() const { return digest_of(qcow2); }
};

Result<PreparedImage> prepare(const PrepareRequest& request) {
  Result<PreparedImage> image;
  std::thread{[&] { image = prepare_image(request); }}.join();
  return image;
}

PreparedImage prepared(const PrepareRequest& request) {
  auto image = prepare(request);
  if (!image) FAIL(to_string(image.error()));
  return std::move(*image);
}

Strings files_of(const PreparedImage& image) {
  Strings files;
  for (const auto& patch : image.patches) files.push_back(patch.file);
  return files;
}

bool contains(const Strings& list, const std::string& one) {
  return std::ranges::find(list, one) != list.end();
}

/// Zeroes the ranges of both disks, so that what is left can be compared.
void blank(const std::string& file, const PreparedDisk& disk) {
  for (const auto& [offset, length] : disk.changed) poke(file, offset, std::string(length, 0));
}

const Strings both_rebuilt{"update-initramfs -u -k 6.1.0-1-amd64",
                           "grub-mkconfig -o /boot/grub/grub.cfg"};

}  // namespace

TEST_CASE("a prepared image has what it needs, and differs only in the ranges that are told") {
  const Image image;
  const auto done = prepared(image.request());
  CHECK(done.done == "applied");
  CHECK(done.root == "partition 1 of system.qcow2");
  CHECK(contains(files_of(done), "/etc/fstab"));
  CHECK(contains(files_of(done), "/etc/default/grub"));
  CHECK(done.rebuilt == both_rebuilt);
  std::string fstab;
  std::string menu;
  const auto error =
      with_guest({{image.qcow2, ImageFormat::qcow2}}, [&](const auto&, const MountedGuest& guest) {
        fstab = read_file(guest.folder() + "/etc/fstab").value_or("");
        menu = read_file(guest.folder() + "/boot/grub/grub.cfg").value_or("");
      });
  CHECK(error.code == Errc::none);
  CHECK(fstab == "UUID=" + std::string{root_uuid} +
                     " / ext4 defaults 0 1\n/dev/sdb1 /backup ext4 defaults,nofail 0 2\n");
  CHECK(menu.find("root=UUID=" + std::string{root_uuid} + " quiet console=tty0 console=ttyS0") !=
        std::string::npos);
  REQUIRE(done.disks.size() == 1);
  CHECK(done.disks[0].changed_bytes >= overlay_grain_bytes);
  CHECK(done.disks[0].changed_bytes < 24 << 20);
  const auto after = image.folder / "after.raw";
  sh("qemu-img check -q " + image.qcow2 + " && qemu-img convert -O raw " + image.qcow2 + " " +
     after);
  CHECK(digest_of(after).substr(0, 64) != digest_of(image.raw).substr(0, 64));
  blank(after, done.disks[0]);
  blank(image.raw, done.disks[0]);
  CHECK(digest_of(after).substr(0, 64) == digest_of(image.raw).substr(0, 64));
  CHECK(!fs::exists(image.folder / "work"));
}

TEST_CASE("an image that is prepared already is left as it is, to the byte") {
  const Image image;
  CHECK(!prepared(image.request()).patches.empty());
  const auto before = image.digest();
  const auto again = prepared(image.request());
  CHECK(again.patches.empty());
  CHECK(again.rebuilt.empty());
  CHECK(again.disks.empty());
  CHECK(image.digest() == before);
}

TEST_CASE("a dry run shows each change with its diff and changes nothing") {
  const Image image;
  const auto before = image.digest();
  auto request = image.request();
  request.dry_run = true;
  const auto planned = prepared(request);
  CHECK(planned.done == "planned");
  CHECK(planned.rebuilt == both_rebuilt);
  CHECK(planned.patches.at(0).diff.starts_with("--- a/etc/fstab\n"));
  CHECK(planned.disks.empty());
  CHECK(image.digest() == before);
}

TEST_CASE("an image whose initramfs can't be made, or is no better than before, stays as it was") {
  for (const std::string line : {"echo no space >&2; exit 1", "exit 0"}) {
    CAPTURE(line);
    const Image image{[&](const fs::path& guest) {
      std::ofstream{guest / "usr/sbin/update-initramfs"} << "#!/bin/sh\n" << line << "\n";
    }};
    const auto before = image.digest();
    const auto failed = prepare(image.request());
    REQUIRE(!failed);
    CHECK(failed.error().code ==
          (line == "exit 0" ? Errc::guest_unbootable : Errc::program_failed));
    CHECK(image.digest() == before);
    CHECK(traces_of(image.folder.path).empty());
    CHECK(!fs::exists(image.folder / "work"));
  }
}

TEST_CASE(
    "a process killed while a guest's program runs leaves the image as it was, and no trace") {
  const Image image{[](const fs::path& guest) {
    std::ofstream{guest / "usr/sbin/update-initramfs"}
        << "#!/bin/sh\nbusybox cp /usr/share/good /boot/initrd.img-$3\nbusybox sleep 321\n";
  }};
  const auto before = image.digest();
  const auto child = ::fork();
  if (child == 0) {
    (void)prepare_image(image.request());
    ::_exit(1);
  }
  const auto sleeps = [] { return sh("pgrep -fc '^busybox sleep 321' || true") != "0"; };
  for (int look = 0; look < 400 && !sleeps(); ++look) ::usleep(25'000);
  REQUIRE(sleeps());
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  const auto gone = [&] { return traces_of(image.folder.path).empty() && !sleeps(); };
  for (int look = 0; look < 200 && !gone(); ++look) ::usleep(50'000);
  for (const auto& trace : traces_of(image.folder.path)) FAIL_CHECK(trace);
  CHECK(!sleeps());
  CHECK(image.digest() == before);
}

PrepareRequest request_for(const LvmImage& image) {
  PrepareRequest request;
  request.disks = {{image.raw, ImageFormat::raw}};
  request.work = image.folder.path / "work";
  return request;
}

TEST_CASE("the boot menu of a root on a logical volume gets its arguments, and is not made anew") {
  const LvmImage image{
      [](const fs::path& guest) { std::ofstream{guest / "usr/sbin/lvm"} << "a program"; }};
  const auto done = prepared(request_for(image));
  CHECK(done.root == "volume vg/root");
  CHECK(done.rebuilt == Strings{both_rebuilt[0]});
  CHECK(std::ranges::any_of(done.notes, [](const std::string& note) {
    return note.starts_with("the root is a logical volume: the boot menu that is there gets");
  }));
  std::string menu;
  CHECK(with_guest({{image.raw, ImageFormat::raw}}, [&](const auto&, const MountedGuest& guest) {
          menu = read_file(guest.folder() + "/boot/grub/grub.cfg").value_or("");
        }).code == Errc::none);
  CHECK(menu == "linux /vmlinuz root=/dev/vg/root ro console=tty0 console=ttyS0\n");
}

TEST_CASE("a root on a logical volume is refused where the guest has no lvm2 to find it by") {
  const LvmImage image{[](const fs::path&) {}};
  const auto before = digest_of(image.raw);
  const auto failed = prepare(request_for(image));
  REQUIRE(!failed);
  CHECK(failed.error().code == Errc::guest_unbootable);
  CHECK(failed.error().what.find("the root is a logical volume, and /boot/initrd.img-") == 0);
  CHECK(failed.error().fix.find("install lvm2 on the source server") == 0);
  CHECK(digest_of(image.raw) == before);
}

TEST_CASE("many changes are told as few ranges, by closing the smallest gaps") {
  std::vector<Extent> extents;
  for (std::uint64_t i = 0; i < 2 * limits::changed_ranges_max; ++i) {
    extents.push_back({i * 100 + (i % 2 == 0 ? 10 : 0), 50});
  }
  const auto disk = prepared_disk(3, extents);
  CHECK(disk.index == 3);
  CHECK(disk.changed.size() <= limits::changed_ranges_max);
  std::uint64_t bytes = 0;
  for (const auto& extent : extents) {
    bytes += extent.length;
    CHECK(std::ranges::any_of(disk.changed, [&](const ChangedRange& range) {
      return range.offset <= extent.offset &&
             extent.offset + extent.length <= range.offset + range.length;
    }));
  }
  CHECK(disk.changed_bytes >= bytes);
  CHECK(disk.changed_bytes < 2 * bytes);
  CHECK(prepared_disk(0, {{5, 5}, {20, 5}}).changed.size() == 2);
}

TEST_CASE("the command prints what it did for people and programs, and refuses with a next step") {
  const Image image;
  const auto edgeferry = [&](Strings words) {
    words.insert(words.begin(), {FERRY_PROGRAM, "image", "prepare"});
    auto output = run({.argv = words});
    if (!output) FAIL(to_string(output.error()));
    return *output;
  };
  const Strings disk{
      "--disk",    image.qcow2,        "--format", "qcow2",
      "--scratch", image.folder / "s", "--volume", "/dev/sda1=" + std::string{root_uuid}};
  auto words = disk;
  words.emplace_back("--dry-run");
  const auto planned = edgeferry(words);
  CHECK(planned.exit_code == 0);
  CHECK(planned.out.find("# fstab: /dev/sda1 has another name") != std::string::npos);
  CHECK(planned.out.find("would run: " + both_rebuilt[0]) != std::string::npos);
  const auto done = edgeferry(disk);
  CHECK(done.exit_code == 0);
  CHECK(done.out.find("ran: " + both_rebuilt[1]) != std::string::npos);
  CHECK(done.out.find("differ from what it was\n  ") != std::string::npos);
  words.back() = "--json";
  const auto again = edgeferry(words);
  CHECK(again.exit_code == 0);
  CHECK(again.out.find("\"done\": \"applied\"") != std::string::npos);
  CHECK(fs::is_empty(image.folder / "s"));
  const auto empty = edgeferry({"--disk", new_image(image.folder, "empty", 1), "--format", "raw"});
  CHECK(empty.exit_code == 1);
  CHECK(empty.err.find("FERRY-4034 no Linux system has its root on ") != std::string::npos);
  CHECK(edgeferry({"--disk", image.qcow2}).exit_code == 2);
}
