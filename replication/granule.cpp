// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/granule.hpp"

#include <bit>
#include <cstring>

#define XXH_STATIC_LINKING_ONLY
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>  // chooses AVX2 or AVX-512 when the program starts
#else
#include <xxhash.h>
#endif

#include "base/limits.hpp"

namespace ferry {
namespace {

static_assert(std::endian::native == std::endian::little,
              "leaves are stored as they lie in memory");

alignas(64) constexpr std::array<std::byte, limits::granule_bytes> zeros{};

}  // namespace

GranuleHasher::GranuleHasher(std::string_view digest_key) {
  XXH3_generateSecret(secret_.data(), secret_.size(), digest_key.data(), digest_key.size());
}

bool granule_is_zero(const std::byte* granule) {
  // The C library's memcmp uses the widest registers of the machine, and a
  // granule of data ends it in its first bytes.
  return std::memcmp(granule, zeros.data(), zeros.size()) == 0;
}

Leaf GranuleHasher::leaf(const std::byte* granule) const {
  if (granule_is_zero(granule)) return {};
  const auto digest =
      XXH3_128bits_withSecret(granule, limits::granule_bytes, secret_.data(), secret_.size());
  const Leaf leaf{digest.low64, digest.high64};
  return leaf.zero() ? Leaf{1, 0} : leaf;
}

Leaf GranuleHasher::fold(std::span<const Leaf> leaves) const {
  const auto digest =
      XXH3_128bits_withSecret(leaves.data(), leaves.size_bytes(), secret_.data(), secret_.size());
  return {digest.low64, digest.high64};
}

}  // namespace ferry
