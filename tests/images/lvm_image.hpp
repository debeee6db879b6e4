// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The small guest on a logical volume.
#pragma once

#include <functional>

#include "tests/images/image_fixture.hpp"
#include "tests/images/small_guest.hpp"

namespace ferry::test {

/// An image whose root is the volume vg/root.
struct LvmImage {
  TempFolder folder;
  std::string raw = new_image(folder, "lvm.raw", 48);

  /// `change` may add to the guest first.
  explicit LvmImage(const std::function<void(const fs::path&)>& change) {
    make_small_guest(folder.path / "guest");
    std::ofstream{folder.path / "guest/etc/fstab"} << "/dev/vg/root / ext4 defaults 0 1\n";
    std::ofstream{folder.path / "guest/boot/grub/grub.cfg"}
        << "linux /vmlinuz root=/dev/vg/root ro\n";
    change(folder.path / "guest");
    const Loop disk{raw};
    const auto lvm = [&](const std::string& words) {
      sh("lvm " + words +
         " --driverloaded n --config 'devices{use_devicesfile=0 "
         "obtain_device_list_from_udev=0 filter=[\"a|^" +
         disk.device +
         "$|\",\"r|.*|\"]} activation{udev_sync=0 udev_rules=0} "
         "backup{archive=0 backup=0}' 2>&1");
    };
    lvm("vgcreate -y vg " + disk.device);
    lvm("lvcreate -y -an -Zn -Wn vg -n root -l 11");
    const Loop root{"-o 1048576 --sizelimit 46137344 " + disk.device};
    put_ext4(root.device, 0, 44, root_uuid, folder.path / "guest");
  }
};

}  // namespace ferry::test
