// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include <sys/wait.h>

#include "image_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("what is written to attached disks is in the overlay, and the image keeps its bytes") {
  const TempFolder folder;
  const SystemFolder system{"/dev/sda1 / ext4 defaults 0 1\n"};
  const auto raw = new_image(folder, "system.raw", 32);
  make_gpt(raw, "start=2048");
  put_ext4(raw, 1, 30, root_uuid, system.folder.path);
  const auto image = folder / "system,with a comma.qcow2";
  sh("qemu-img convert -O qcow2 " + raw + " '" + image + "'");
  const auto before = digest_of(image);
  const TempFolder work;
  const auto error = in_thread([&]() -> Result<> {
    auto disks = AttachedDisks::attach({{image, ImageFormat::qcow2}}, work.path);
    if (!disks) return fail(disks.error());
    auto guest = MountedGuest::mount(*disks, {});
    if (!guest) return fail(guest.error());
    std::ofstream{guest->folder() + "/etc/hostname"} << "changed\n";
    if (auto done = guest->unmount(); !done) return done;
    return disks->detach();
  });
  CHECK(to_string(error) == to_string(Error{}));
  CHECK(digest_of(image) == before);
  CHECK(traces_of(work.path).empty());
  sh("qemu-img check -q " + (work / "disk0.qcow2") + " && qemu-img commit -q " +
     (work / "disk0.qcow2"));
  std::string hostname;
  CHECK(with_guest({{image, ImageFormat::qcow2}}, [&](const auto&, const MountedGuest& guest) {
          hostname = read_file(guest.folder() + "/etc/hostname").value_or("");
        }).code == Errc::none);
  CHECK(hostname == "changed\n");
}

TEST_CASE("a process killed while it holds a mounted guest leaves nothing behind") {
  const TempFolder folder;
  const TempFolder work;
  const SystemFolder system{"/dev/sda1 / ext4 defaults 0 1\n"};
  const auto raw = new_image(folder, "system.raw", 32);
  make_gpt(raw, "start=2048");
  put_ext4(raw, 1, 30, root_uuid, system.folder.path);
  const auto before = digest_of(raw);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto child = ::fork();
  if (child == 0) {
    auto disks = AttachedDisks::attach({{raw, ImageFormat::raw}}, work.path);
    if (!disks) ::_exit(1);
    auto guest = MountedGuest::mount(*disks, {});
    if (!guest) ::_exit(2);
    // Pages that only memory has: the kernel wants to write them when it unmounts.
    std::ofstream{guest->folder() + "/big"} << std::string(4 << 20, 'x');
    (void)!::write(ends[1], "m", 1);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  char mounted = 0;
  REQUIRE(::read(ends[0], &mounted, 1) == 1);
  ::close(ends[0]);
  // Its mounts are its own; the rest can be seen.
  CHECK(traces_of(work.path).size() >= 2);
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  for (int look = 0; look < 200 && !traces_of(work.path).empty(); ++look) ::usleep(50'000);
  for (const auto& trace : traces_of(work.path)) FAIL_CHECK(trace);
  CHECK(digest_of(raw) == before);
}

TEST_CASE("partitions that an earlier user of a loop device left are not taken for the disk's") {
  const TempFolder folder;
  const auto old = new_image(folder, "old.raw", 8);
  make_gpt(old, "start=2048,size=2048\\nstart=4096,size=2048\\nstart=6144,size=2048");
  std::string device;
  {
    device = sh("losetup -f --show " + old);
    sh("partx -d " + device + " 2>/dev/null || true; partx -a " + device + " && losetup -d " +
       device);
  }
  const auto image = new_image(folder, "new.raw", 8);
  const auto error = in_thread([&]() -> Result<> {
    auto loop = LoopDevice::attach(image, 0, 8 << 20, 512);
    if (!loop) return fail(loop.error());
    const auto second = loop->add_partition(2, 1 << 20, 1 << 20);
    if (!second) return fail(second.error());
    const auto again = loop->add_partition(2, 2 << 20, 1 << 20);
    if (!again) return fail(again.error());
    const auto name = loop->path().substr(5);
    if (sysfs_number("/sys/block/" + name + "/" + name + "p2/start", 0) != 4096) {
      return fail(Errc::internal, "partition 2 lies where it was");
    }
    if (name == device.substr(5) && fs::exists("/sys/block/" + name + "/" + name + "p3")) {
      return fail(Errc::internal, "partition 3 of the earlier user is there");
    }
    return {};
  });
  CHECK(to_string(error) == to_string(Error{}));
}

TEST_CASE("a loop device that was let go of is not taken for attached because others use it") {
  const TempFolder folder;
  const auto mine = new_image(folder, "mine.raw", 1);
  const auto others = new_image(folder, "others.raw", 1);
  const auto error = in_thread([&]() -> Result<> {
    auto loop = LoopDevice::attach(mine, 0, 1 << 20, 512);
    if (!loop) return fail(loop.error());
    if (!loop->is_attached()) return fail(Errc::internal, "it is attached");
    loop->release();
    // Whoever comes next gets the lowest number that is free; this one, unless others end as well.
    std::vector<LoopDevice> next;
    while (next.size() < 4 && (next.empty() || next.back().path() != loop->path())) {
      auto one = LoopDevice::attach(others, 0, 1 << 20, 512);
      if (!one) return fail(one.error());
      next.push_back(std::move(*one));
    }
    if (loop->is_attached()) return fail(Errc::internal, "another file is taken for this one");
    return {};
  });
  CHECK(to_string(error) == to_string(Error{}));
}

TEST_CASE("an image that refers to another file is refused") {
  const TempFolder folder;
  const TempFolder work;
  const auto raw = new_image(folder, "secret.raw", 1);
  sh("qemu-img create -q -f qcow2 -b " + raw + " -F raw " + (folder / "image.qcow2"));
  const auto error = in_thread([&]() -> Result<> {
    auto disks = AttachedDisks::attach({{folder / "image.qcow2", ImageFormat::qcow2}}, work.path);
    if (!disks) return fail(disks.error());
    return {};
  });
  CHECK(error.code == Errc::image_failed);
  CHECK(traces_of(work.path).empty());
}
