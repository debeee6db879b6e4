// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/source_disk.hpp"

#include "disk_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// A file of the given size whose every 512 bytes differ.
std::string numbered_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i / 512 * 7 + i % 251);
  return bytes;
}

}  // namespace

TEST_CASE("a disk whose size is no multiple of 4096 is read to its last byte") {
  const TempFolder folder;
  const auto content = numbered_bytes(3 * 4096 + 512);
  const auto image = folder / "disk.raw";
  std::ofstream{image} << content;
  sh("sync " + image);
  const Loop loop{image};
  for (const auto& path : {image, loop.device}) {
    const auto disk = open_source(path);
    CHECK(disk.size() == content.size());
    CHECK(disk.is_block_device() == (path == loop.device));
    Buffer aligned{8192};
    REQUIRE(disk.read(4096, aligned.span()));
    CHECK(aligned.text() == content.substr(4096, 8192));
    Buffer tail{512};
    REQUIRE(disk.read(3 * 4096, tail.span()));
    CHECK(tail.text() == content.substr(3 * 4096));
    Buffer odd{5001};
    REQUIRE(disk.read(777, odd.span()));
    CHECK(odd.text() == content.substr(777, 5001));
    CHECK(disk.read(content.size(), tail.span()).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("a missing, an empty and an odd disk are told apart") {
  const TempFolder folder;
  CHECK(SourceDisk::open(folder / "none").error().code == Errc::disk_missing);
  std::ofstream{folder / "empty"};
  CHECK(SourceDisk::open(folder / "empty").error().code == Errc::invalid_argument);
  CHECK(SourceDisk::open(folder.path.string()).error().code == Errc::invalid_argument);
  std::ofstream{folder / "odd"} << std::string(1000, 'x');
  CHECK(SourceDisk::open(folder / "odd").error().code == Errc::disk_unaligned);
}

TEST_CASE("a disk that shrinks while it is read is reported with both sizes") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  std::ofstream{image} << numbered_bytes(64 * 1024);
  const auto disk = open_source(image);
  std::filesystem::resize_file(image, 16 * 1024);
  Buffer buffer{32 * 1024};
  CHECK(disk.read(0, buffer.span().first(16 * 1024)));
  const auto result = disk.read(0, buffer.span());
  REQUIRE(!result);
  CHECK(result.error().code == Errc::disk_shrank);
  CHECK(result.error().what.find("65536") != std::string::npos);
  CHECK(result.error().what.find("16384") != std::string::npos);
  CHECK(disk.current_size().value() == 16 * 1024);
}

TEST_CASE("what a mounted file system wrote is read, not the stale page cache") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image + "; mke2fs -q -F -t ext4 -b 4096 " + image);
  const Loop loop{image};
  const auto disk = open_source(loop.device);
  CHECK(disk.is_direct());
  CHECK(!disk.is_mounted_anywhere());
  const Mounted mounted{loop.device, folder.path / "mnt"};
  CHECK(disk.is_mounted_anywhere());
  CHECK(open_source(image).is_mounted_anywhere());

  const auto file = (mounted.point / "file").string();
  std::ofstream{file} << std::string(4096, 'A');
  sh("sync " + file);
  const auto block = std::stoull(
      sh("filefrag -v " + file + " | awk '$1==\"0:\" {sub(/\\.\\./, \"\", $4); print $4}'"));
  const auto offset = block * 4096;

  const auto buffered = open_file(loop.device, O_RDONLY);
  REQUIRE(buffered);
  std::string cached(4096, '\0');
  REQUIRE(read_at(*buffered, cached.data(), cached.size(), offset));
  CHECK(cached == std::string(4096, 'A'));
  poke(file, 0, std::string(4096, 'B'));

  Buffer direct{4096};
  REQUIRE(disk.read(offset, direct.span()));
  CHECK(direct.text() == std::string(4096, 'B'));
  // The trap itself: if this ever fails, the rule has lost its reason.
  REQUIRE(read_at(*buffered, cached.data(), cached.size(), offset));
  CHECK(cached == std::string(4096, 'A'));
}

TEST_CASE("a mounted partition makes its whole disk and the image behind it mounted") {
  const TempFolder folder;
  const auto image = folder / "disk.raw";
  sh("truncate -s 64M " + image);
  make_gpt(image, "start=2048,size=40M");
  const Loop loop{image, true};
  sh("mke2fs -q -F -t ext4 " + loop.device + "p1");
  const auto disk = open_source(loop.device);
  CHECK(!disk.is_mounted_anywhere());
  {
    const Mounted mounted{loop.device + "p1", folder.path / "mount point"};
    CHECK(disk.is_mounted_anywhere());
    CHECK(open_source(image).is_mounted_anywhere());
    CHECK(open_source(loop.device + "p1").is_mounted_anywhere());
    const Loop second{image};
    CHECK(open_source(second.device).is_mounted_anywhere());
  }
  CHECK(!disk.is_mounted_anywhere());
}

TEST_CASE("a bad block is reported with the disk and its byte offset") {
  if (!run_ok({.argv = {"which", "nbdkit"}}) || !run_ok({.argv = {"which", "nbdfuse"}})) {
    MESSAGE("nbdkit or nbdfuse is absent: not tested");
    return;
  }
  const TempFolder folder;
  const auto trigger = folder / "trigger";
  std::ofstream{folder / "back.raw"} << numbered_bytes(4 << 20);
  std::ofstream{folder / "front.raw"};
  sh("nbdkit -U " + (folder / "sock") + " -P " + (folder / "nbdkit.pid") + " --filter=error file " +
     (folder / "back.raw") + " error-pread=EIO error-pread-rate=100% error-pread-file=" + trigger);
  struct Server {
    ~Server() {
      (void)run({.argv = {"sh", "-c",
                          "for i in $(seq 50); do umount " + front +
                              " && break; sleep 0.1; done; kill $(cat " + pid_file + ")"}});
    }
    std::string front;
    std::string pid_file;
  } const server{folder / "front.raw", folder / "nbdkit.pid"};
  sh("nbdfuse " + server.front + " 'nbd+unix:///?socket=" + (folder / "sock") +
     "' >/dev/null 2>&1 & for i in $(seq 50); do test -s " + server.front +
     " && exit 0; sleep 0.1; done; exit 1");
  const auto disk = open_source(server.front);
  Buffer buffer{1 << 20};
  CHECK(disk.read(0, buffer.span()));
  std::ofstream{trigger};
  const auto result = disk.read(2 << 20, buffer.span());
  REQUIRE(!result);
  CHECK(result.error().code == Errc::disk_read_failed);
  CHECK(result.error().what.find(server.front + " at byte 2097152") != std::string::npos);
  std::filesystem::remove(trigger);
  CHECK(disk.read(2 << 20, buffer.span()));
}
