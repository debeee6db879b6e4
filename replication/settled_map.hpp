// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a disk is settled: found equal on the target, made durable there, or not in use. In parts
// of one size, so that it can be drawn.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/extent.hpp"
#include "replication/limits.hpp"

namespace ferry {

/// Any thread may call.
class SettledMap {
 public:
  /// A pass begins, which looks at these extents; all others need nothing.
  void begin(std::uint64_t disk_bytes, std::span<const Extent> to_look_at);
  void add(std::uint64_t offset, std::uint64_t bytes);
  /// Of each part 0 to 255, where 255 is all of it; empty before the first pass.
  [[nodiscard]] std::vector<char> told() const;

 private:
  template <class Each>
  void for_parts(std::uint64_t offset, std::uint64_t bytes, Each each);

  std::atomic<std::uint64_t> disk_bytes_{0};
  std::atomic<std::uint64_t> part_bytes_{0};  // 0: no pass has begun
  std::array<std::atomic<std::uint64_t>, limits::disk_map_parts_max> settled_{};  // bytes
};

}  // namespace ferry
