// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/storage_disk.hpp"

#include "base/mount_namespace.hpp"
#include "tests/disk/disk_fixture.hpp"
#include "tests/source_folder.hpp"

using namespace ferry;
using namespace ferry::test;

namespace {

/// An empty disk of 64 MiB, and the folder where it shall be.
struct Storage {
  TempFolder scratch;
  std::string image = (scratch.path / "disk.raw").string();
  std::filesystem::path folder = scratch.path / "state";
  std::unique_ptr<Loop> loop;

  Storage() {
    sh("truncate -s 64M " + image);
    loop = std::make_unique<Loop>(image);
  }
  ~Storage() { (void)run({.argv = {"umount", folder.string()}}); }
  [[nodiscard]] Result<> mount() const { return mount_storage(loop->device, folder); }
  void keep(const std::string& word) const {
    sh("echo " + word + " >" + (folder / "kept").string());
  }
  [[nodiscard]] std::string kept() const { return sh("cat " + (folder / "kept").string()); }
};

}  // namespace

TEST_CASE("an empty disk gets a file system once, and is found again with what was kept on it") {
  const Storage storage;
  REQUIRE(storage.mount());
  storage.keep("journal");
  REQUIRE(storage.mount());  // it is mounted already
  CHECK(storage.kept() == "journal");
  sh("umount " + storage.folder.string());
  REQUIRE(storage.mount());
  CHECK(storage.kept() == "journal");
}

TEST_CASE("a file system that was not finished is made anew") {
  const Storage storage;
  sh("mkfs.ext4 -q -F -L edgeferry-new " + storage.loop->device);
  REQUIRE(storage.mount());
  CHECK(sh("e2label " + storage.loop->device) == "edgeferry");
}

TEST_CASE("what a disk holds already is told and stays as it is") {
  const Storage storage;
  for (const std::string make : {"mkfs.ext4 -q -F -L photos ", "mkswap ", "mkfs.xfs -q -f "}) {
    CAPTURE(make);
    sh("truncate -s 0 " + storage.image + "; truncate -s 512M " + storage.image);
    const Loop loop{storage.image};
    sh(make + loop.device + " >/dev/null 2>&1");
    const auto before = sh("sha256sum <" + loop.device);
    const auto done = mount_storage(loop.device, storage.folder);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::instance_unusable);
    CHECK(sh("sha256sum <" + loop.device) == before);
  }
  const auto absent = mount_storage("/dev/edgeferry-no-such-disk", storage.folder);
  CHECK((!absent && absent.error().code == Errc::disk_missing));
}
