// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/subvolumes.hpp"

#include <doctest/doctest.h>

#include "base/snapshot_name.hpp"
#include "tests/disk/disk_fixture.hpp"

using namespace ferry;
using namespace ferry::test;

TEST_CASE("a subvolume is all of its btrfs only if nothing is beside it, nor is it the default") {
  const TempFolder folder;
  const auto image = folder / "b.raw";
  const auto point = folder / "mnt";
  const auto mounted = [&](const std::string& options, const std::string& command) {
    sh("mkdir -p " + point + " && mount -o loop" + options + " " + image + " " + point);
    const auto alone = is_only_subvolume(point);
    sh("cd " + point + " && " + command);
    unmount_loop(point, image);
    return alone;
  };
  sh("truncate -s 200M " + image + " && mkfs.btrfs -q -f " + image);
  CHECK_FALSE(mounted("", "btrfs -q subvolume create @rootfs"));
  CHECK(mounted(",subvol=@rootfs", "touch a; for i in $(seq 500); do mkdir d$i; done"));
  CHECK(mounted(",subvol=@rootfs", "btrfs -q subvolume create below"));
  CHECK_FALSE(mounted(",subvol=@rootfs", "btrfs -q subvolume delete below"));
  const auto gone_soon = "/" + new_snapshot_name();
  CHECK(mounted(",subvol=@rootfs", "btrfs -q subvolume snapshot -r . ." + gone_soon));
  CHECK(mounted(",subvol=@rootfs", "true"));
  mounted("", "touch beside");
  CHECK_FALSE(mounted(",subvol=@rootfs", "true"));
  mounted("", "rm beside && btrfs subvolume set-default @rootfs");
  CHECK_FALSE(mounted(",subvol=@rootfs", "true"));
  CHECK_FALSE(is_only_subvolume(folder.path.string()));
}
