// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// xxHash's XXH3 with a key, as all digests of contents use it. For source files, not for headers:
// it brings the whole library with it.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#define XXH_STATIC_LINKING_ONLY
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>  // chooses AVX2 or AVX-512 when the program starts
#else
#include <xxhash.h>
#endif

#include "base/limits.hpp"

namespace ferry {

/// Derives the secret that stands for the key in all calls.
inline void make_xxh3_secret(std::string_view key, std::span<std::byte> secret) {
  XXH3_generateSecret(secret.data(), secret.size(), key.data(), key.size());
}

/// Returns whether there are only zeros in it. At most limits::granule_bytes.
inline bool all_zero(std::span<const std::byte> bytes) {
  alignas(64) static constexpr std::array<std::byte, limits::granule_bytes> zeros{};
  // The C library's memcmp uses the widest registers of the machine, and a
  // granule of data ends it in its first bytes.
  return std::memcmp(bytes.data(), zeros.data(), bytes.size()) == 0;
}

}  // namespace ferry
