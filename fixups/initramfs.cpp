// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "fixups/initramfs.hpp"

#include <array>

namespace ferry {
namespace {
constexpr std::array<std::string_view, 9> drivers{"virtio",     "virtio_ring", "virtio_pci",
                                                  "virtio_blk", "virtio_scsi", "virtio_net",
                                                  "nvme",       "nvme_core",   "sd_mod"};
}
std::span<const std::string_view> wanted_drivers() { return drivers; }
}  // namespace ferry
