// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Collects free byte ranges within a bounded memory. A disk made to hurt, or just
// a badly fragmented one, can have a free block in every second place; then the
// list drops its smallest ranges, which makes the map coarser but never wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "disk/allocation_map.hpp"

namespace ferry {

class FreeRanges {
 public:
  explicit FreeRanges(std::uint64_t disk_bytes, std::size_t ranges_max = 1 << 20)
      : disk_bytes_(disk_bytes), ranges_max_(ranges_max) {}

  /// Adds a range at or after the end of the one before; neighbours are joined.
  void add(std::uint64_t offset, std::uint64_t length);
  /// Returns the ranges, shrunk to whole multiples of 4096.
  [[nodiscard]] std::vector<Extent> take();
  /// Returns all bytes of the disk that are in no such range.
  [[nodiscard]] std::vector<Extent> complement();

 private:
  void finish_pending();

  std::uint64_t disk_bytes_;
  std::size_t ranges_max_;
  std::uint64_t length_min_ = 4096;
  Extent pending_;
  std::vector<Extent> ranges_;
};

}  // namespace ferry
