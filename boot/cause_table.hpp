// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The signs by which causes of failed boots are known. Rules are tried in their order, so what
// explains more stands before what it leads to.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ferry {

/// Whether the kernel must have told of a disk. A quiet kernel tells nothing, so without its first
/// line neither answer is known.
enum class Disks : std::uint8_t { any, seen, missing };

using Patterns = std::array<std::string_view, 8>;

struct CauseRule {
  std::string_view name;
  Patterns signs;      // any of them
  Patterns also = {};  // and any of these, unless there are none
  Disks disks = Disks::any;
  Patterns witness = {};  // further lines worth showing
  std::string_view what;
  std::string_view next_step;
};

[[nodiscard]] std::span<const CauseRule> cause_rules();
[[nodiscard]] std::span<const std::string_view> dead_ends();

}  // namespace ferry
