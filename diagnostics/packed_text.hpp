// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Log lines as they travel and are stored: by zstd.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ferry {

[[nodiscard]] std::vector<char> packed_text(std::string_view text);
/// `bytes` is how long the text is said to be. malformed if it is longer than `bytes_max` or
/// another length than that, or if this is no such text.
[[nodiscard]] Result<std::string> unpacked_text(std::span<const char> packed, std::uint64_t bytes,
                                                std::size_t bytes_max);

/// The text without its oldest lines, so that it has at most `bytes_max` bytes, and takes at most
/// `packed_max` packed.
struct PackedLines {
  std::vector<char> packed;
  std::uint64_t bytes = 0;
  std::uint64_t bytes_left_out = 0;
};
[[nodiscard]] PackedLines packed_lines(std::string_view text, std::size_t bytes_max,
                                       std::size_t packed_max);

}  // namespace ferry
