// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/crc64.hpp"

#include <lzma.h>

namespace ferry {

std::uint64_t crc64(std::span<const std::byte> bytes, std::uint64_t before) {
  return lzma_crc64(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), before);
}

}  // namespace ferry
