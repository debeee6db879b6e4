// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// CRC-64/XZ, by which OSS tells what it holds (x-oss-hash-crc64ecma).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ferry {

/// The CRC of what had `before` with the bytes behind it; 0 of nothing.
[[nodiscard]] std::uint64_t crc64(std::span<const std::byte> bytes, std::uint64_t before = 0);

}  // namespace ferry
