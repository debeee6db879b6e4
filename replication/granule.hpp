// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The digest of one granule (4 KiB), the smallest unit of change. It is keyed,
// because whoever can choose a server's file contents must not be able to choose
// two contents that look equal to us.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/limits.hpp"

namespace ferry {

/// Wide enough for counts of a whole disk to be multiplied with it.
inline constexpr std::uint64_t granule_bytes = limits::granule_bytes;

/// What one granule holds. The default value stands for zeros, and a hole reads
/// as zeros, so "never written" and "full of zeros" are the same thing.
struct Leaf {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  [[nodiscard]] bool zero() const { return (low | high) == 0; }
  friend bool operator==(const Leaf&, const Leaf&) = default;
};
static_assert(sizeof(Leaf) == 16);

/// XXH3-128 with a secret made from the job's 32-byte digest key. Const methods
/// may be called from several threads.
class GranuleHasher {
 public:
  explicit GranuleHasher(std::string_view digest_key);

  /// Returns the zero leaf for zeros, and never for anything else.
  [[nodiscard]] Leaf leaf(const std::byte* granule) const;
  /// Folds the leaves of one chunk into the digest that travels with it.
  [[nodiscard]] Leaf fold(std::span<const Leaf> leaves) const;

 private:
  alignas(64) std::array<std::byte, 192> secret_{};
};

[[nodiscard]] bool granule_is_zero(const std::byte* granule);

}  // namespace ferry
