// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Ranges of bytes of a disk.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ferry {

struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  [[nodiscard]] std::uint64_t end() const { return offset + length; }
  friend bool operator==(const Extent&, const Extent&) = default;
};

// All lists are ascending, and no two of their extents touch or overlap.
/// Returns the bytes that are in both lists.
[[nodiscard]] std::vector<Extent> common(std::span<const Extent> one,
                                         std::span<const Extent> other);
/// Returns the bytes that are in `all` and not in `taken`.
[[nodiscard]] std::vector<Extent> without(std::span<const Extent> all,
                                          std::span<const Extent> taken);
/// Returns the bytes that are in either list.
[[nodiscard]] std::vector<Extent> either(std::span<const Extent> one,
                                         std::span<const Extent> other);
[[nodiscard]] std::uint64_t sum_of(std::span<const Extent> extents);

}  // namespace ferry
