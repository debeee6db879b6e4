// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "disk/free_ranges.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace ferry {

void FreeRanges::add(std::uint64_t offset, std::uint64_t length) {
  const auto pending_end = pending_.offset + pending_.length;
  if (length == 0 || offset < pending_end || offset >= disk_bytes_) return;
  length = std::min(length, disk_bytes_ - offset);
  if (pending_.length > 0 && offset == pending_end) {
    pending_.length += length;
    return;
  }
  finish_pending();
  pending_ = {offset, length};
}

void FreeRanges::finish_pending() {
  constexpr std::uint64_t granule = limits::granule_bytes;
  const auto start = (pending_.offset + granule - 1) / granule * granule;
  const auto end = (pending_.offset + pending_.length) / granule * granule;
  // The end is kept, so that a later range may not lie before it.
  pending_ = {pending_.offset + pending_.length, 0};
  if (end <= start || end - start < length_min_) return;
  ranges_.push_back({start, end - start});
  while (ranges_.size() > ranges_max_) {
    length_min_ *= 2;
    std::erase_if(ranges_, [this](const Extent& range) { return range.length < length_min_; });
  }
}

std::vector<Extent> FreeRanges::take() {
  finish_pending();
  return std::move(ranges_);
}

std::vector<Extent> FreeRanges::complement() {
  std::vector<Extent> used;
  std::uint64_t at = 0;
  for (const auto& range : take()) {
    if (range.offset > at) used.push_back({at, range.offset - at});
    at = range.offset + range.length;
  }
  if (at < disk_bytes_) used.push_back({at, disk_bytes_ - at});
  return used;
}

}  // namespace ferry
