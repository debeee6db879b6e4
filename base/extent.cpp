// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "base/extent.hpp"

#include <algorithm>
#include <numeric>

namespace ferry {

std::vector<Extent> common(std::span<const Extent> one, std::span<const Extent> other) {
  std::vector<Extent> found;
  for (std::size_t i = 0, k = 0; i < one.size() && k < other.size();) {
    const auto from = std::max(one[i].offset, other[k].offset);
    const auto to = std::min(one[i].end(), other[k].end());
    if (from < to) found.push_back({from, to - from});
    if (one[i].end() < other[k].end()) {
      ++i;
    } else {
      ++k;
    }
  }
  return found;
}

std::vector<Extent> without(std::span<const Extent> all, std::span<const Extent> taken) {
  std::vector<Extent> left;
  std::size_t k = 0;
  for (const auto& extent : all) {
    auto from = extent.offset;
    while (k < taken.size() && taken[k].end() <= from) ++k;
    for (auto j = k; j < taken.size() && taken[j].offset < extent.end(); ++j) {
      if (from < taken[j].offset) left.push_back({from, taken[j].offset - from});
      from = taken[j].end();
    }
    if (from < extent.end()) left.push_back({from, extent.end() - from});
  }
  return left;
}

std::vector<Extent> either(std::span<const Extent> one, std::span<const Extent> other) {
  std::vector<Extent> sorted(one.size() + other.size());
  std::ranges::merge(one, other, sorted.begin(), {}, &Extent::offset, &Extent::offset);
  std::vector<Extent> merged;
  for (const auto& extent : sorted) {
    if (!merged.empty() && merged.back().end() >= extent.offset) {
      merged.back().length = std::max(merged.back().end(), extent.end()) - merged.back().offset;
    } else {
      merged.push_back(extent);
    }
  }
  return merged;
}

std::uint64_t sum_of(std::span<const Extent> extents) {
  return std::accumulate(
      extents.begin(), extents.end(), std::uint64_t{0},
      [](std::uint64_t sum, const Extent& extent) { return sum + extent.length; });
}

}  // namespace ferry
