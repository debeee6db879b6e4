// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a range of a disk says it holds, by libblkid.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace ferry {

struct Signature {
  std::string type;  // "ext4", "swap", "LVM2_member"; empty if none or not certain
  std::string uuid;
  std::string label;
};

/// Probes bytes offset to offset + size of an open device or file. A range with
/// two signatures that contradict each other counts as unknown.
[[nodiscard]] Result<Signature> probe_signature(int fd, std::uint64_t offset, std::uint64_t size);

/// True for ext2, ext3 and ext4.
[[nodiscard]] bool is_ext(const std::string& type);

}  // namespace ferry
