// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/layout_options.hpp"

#include <CLI/CLI.hpp>

namespace ferry {

void add_layout_options(CLI::App& command, LayoutWords& words) {
  command.add_option("--disk", words.disks, "INDEX=SIZE of a disk; default: the source's");
  command.add_option("--lvm", words.lvm, "INDEX of a disk that gets LVM");
  command.add_option("--partition", words.partitions,
                     "MOUNTPOINT=disk:INDEX[,size:SIZE][,method:block|file|leave]");
}

}  // namespace ferry
