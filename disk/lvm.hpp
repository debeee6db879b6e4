// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// LVM2 physical volumes, read from their label and text metadata: no lvm2 tools
// and no device-mapper are needed on the source.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace ferry {

struct PhysicalVolume {
  std::string uuid;          // "abcdef-ghij-..."
  std::string volume_group;  // empty if it belongs to none
};

/// Reads the physical volume in bytes offset to offset + size of a file or device.
/// inventory_failed if there is none or a checksum is wrong.
[[nodiscard]] Result<PhysicalVolume> read_physical_volume(int fd, std::uint64_t offset,
                                                          std::uint64_t size);

}  // namespace ferry
