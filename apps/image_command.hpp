// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry image fixups` makes a mounted image fit to boot elsewhere, or shows what it would
// change, or takes it back; `edgeferry image prepare` does it with image files. Neither needs a
// cluster.
#pragma once

#include <string>
#include <vector>

#include "apps/boot_command.hpp"
#include "fixups/fix_up.hpp"

namespace ferry {

/// What the options write to.
struct ImageWords {
  std::string root;
  bool dry_run = false;
  bool undo = false;
  bool rebuild = false;
  std::vector<std::string> volumes;  // "/dev/sda1=UUID"
  std::string network = "as-is";     // keep, dhcp
  std::vector<std::string> nics;     // "NAME[,OLD-MAC[,NEW-MAC]]"
  bool network_mounts_optional = false;
  std::string serial_port = "ttyS0";
  std::vector<std::string> devices;  // "/dev/loop0p2=UUID", of this host
  std::string boot_disk;
  std::vector<std::string> disks;  // image files
  std::string format;              // of all of them: qcow2, raw
  std::string scratch;             // empty: the system's folder for temporary files
  BootWords boot;                  // of `boot` and `check`
  bool json = false;
};

[[nodiscard]] FixUpSettings fix_up_settings(const ImageWords& words);

/// Both return the program's exit code.
int image_fix_ups(const ImageWords& words);
int image_prepare(const ImageWords& words);

}  // namespace ferry
