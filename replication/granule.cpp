// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "replication/granule.hpp"

#include <bit>

#include "base/limits.hpp"
#include "base/xxh3.hpp"

namespace ferry {
namespace {

static_assert(std::endian::native == std::endian::little,
              "leaves are stored as they lie in memory");

}  // namespace

GranuleHasher::GranuleHasher(std::string_view digest_key) { make_xxh3_secret(digest_key, secret_); }

bool granule_is_zero(const std::byte* granule) {
  return all_zero({granule, limits::granule_bytes});
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
