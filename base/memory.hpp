// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How much memory this machine has, and how much of it programs can have now.
#pragma once

#include <cstdint>
#include <optional>

namespace ferry {

struct Memory {
  std::uint64_t total = 0;      // bytes
  std::uint64_t available = 0;  // without swapping
};

/// Returns nothing if the kernel doesn't say, or nothing sensible.
[[nodiscard]] std::optional<Memory> read_memory();

}  // namespace ferry
