// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The names of snapshots that an agent keeps in a source's subvolume for the time of a pass. They
// can be told from all others, so they are never listed, counted or copied, whoever made them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace ferry {

inline constexpr std::string_view snapshot_prefix = ".edgeferry-snapshot";

/// Returns a name that no other snapshot has.
[[nodiscard]] inline std::string new_snapshot_name() { return random_id(snapshot_prefix); }

/// Returns whether `new_snapshot_name` could have made it: the prefix, '-', and 20 lower-case
/// letters and digits.
[[nodiscard]] inline bool is_snapshot_name(std::string_view name) {
  constexpr std::size_t digits = 20;
  const auto is_digit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return name.size() == snapshot_prefix.size() + 1 + digits && name.starts_with(snapshot_prefix) &&
         name[snapshot_prefix.size()] == '-' &&
         std::ranges::all_of(name.substr(snapshot_prefix.size() + 1), is_digit);
}

}  // namespace ferry
