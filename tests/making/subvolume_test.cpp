// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "messages/subvolume.hpp"

#include <fstream>

#include <sys/stat.h>

#include "making/detached_mount.hpp"
#include "tests/making/making_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a btrfs that is one subvolume is made anew with it, and its files go there") {
  SourceFile source{"gpt", "size=1G\n", 2 * gib};
  source.look({});
  const auto& found = source.inventory.disks[0].partitions;
  source.make(found[0].offset, found[0].size, std::string{"mkfs.btrfs -q -f -U "} + uuid_c);
  source.look({{1, "/"}});
  auto& partition = source.inventory.disks[0].partitions[0];
  partition.mount_root = "/@rootfs";
  partition.facts.features.emplace_back(one_subvolume);
  auto layout = source.layout({{{0, 0, false, {{"/", 512 * mib, "file"}}}}});
  const TempFolder folder;
  const auto file = folder / "disk0.raw";
  // The source may be in use here, with the same UUID.
  const LoopDevice used =
      good(LoopDevice::attach(source.file, found[0].offset, found[0].size, 512));
  const auto mounted = good(DetachedMount::mount(used.path(), "btrfs", {}));
  good(make_disk(file, layout, 0, false));
  const auto list = parts(layout);
  write_head(file, source.file, list[0].source_size);
  auto disk = good(MadeDisk::open(file, layout, 0));
  std::ofstream{disk.tree(1)->path() / "hello"} << "world";
  good(disk.seal());
  const auto& root = list[1];
  CHECK(identity(file, root.target_offset, root.target_size).find(uuid_c) != std::string::npos);
  {
    const auto loop = good(LoopDevice::attach(file, root.target_offset, root.target_size, 512));
    const auto top = good(DetachedMount::mount(loop.path(), "btrfs", {}));
    std::ifstream in{top.path() / "@rootfs/hello"};
    std::string text;
    in >> text;
    CHECK(text == "world");
    struct stat info {};
    REQUIRE(::stat((top.path() / "@rootfs").c_str(), &info) == 0);
    CHECK(info.st_ino == 256);  // the root of a subvolume
  }
  for (const auto* name : {"/..", "/a/b", "relative"}) {
    layout.disks[0].partitions[0].from.mount_root = name;
    CHECK(make_disk(folder / "other.raw", layout, 0, false).error().code == Errc::malformed);
  }
}
