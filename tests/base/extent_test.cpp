// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/extent.hpp"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

namespace ferry::test {
namespace {

/// Extents over a few bytes, drawn by a seed, and which bytes they hold.
struct Drawn {
  explicit Drawn(std::mt19937& random) {
    std::uint64_t at = random() % 3;
    while (at < bytes) {
      const auto length = std::min<std::uint64_t>(1 + random() % 4, bytes - at);
      extents.push_back({at, length});
      at += length + 1 + random() % 4;
    }
  }
  static constexpr std::uint64_t bytes = 24;
  std::vector<Extent> extents;
};

bool holds(const std::vector<Extent>& extents, std::uint64_t byte) {
  return std::ranges::any_of(extents,
                             [&](const Extent& e) { return e.offset <= byte && byte < e.end(); });
}

bool apart_and_ascending(const std::vector<Extent>& extents) {
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i].length == 0) return false;
    if (i > 0 && extents[i - 1].end() > extents[i].offset) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("lists of extents are intersected, subtracted and joined byte by byte") {
  std::mt19937 random{7};  // NOLINT: the same lists in every run
  for (int round = 0; round < 2000; ++round) {
    const Drawn one{random};
    const Drawn other{random};
    const auto both = common(one.extents, other.extents);
    const auto rest = without(one.extents, other.extents);
    const auto all = either(one.extents, other.extents);
    for (std::uint64_t byte = 0; byte < Drawn::bytes; ++byte) {
      const bool in_one = holds(one.extents, byte);
      const bool in_other = holds(other.extents, byte);
      REQUIRE(holds(both, byte) == (in_one && in_other));
      REQUIRE(holds(rest, byte) == (in_one && !in_other));
      REQUIRE(holds(all, byte) == (in_one || in_other));
    }
    REQUIRE((apart_and_ascending(both) && apart_and_ascending(rest) && apart_and_ascending(all)));
    REQUIRE(sum_of(both) + sum_of(rest) == sum_of(one.extents));
  }
}

}  // namespace ferry::test
