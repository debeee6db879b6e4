// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers and bytes as text, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace ferry {

/// Returns "1.5 GiB", "512 B".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// Returns "3m 07s", "2h 05m"; "-" for a negative number.
[[nodiscard]] std::string human_seconds(std::int64_t seconds);
/// Reads "512", "64KiB", "1.5GiB", "20 GiB" (units of 1024) into bytes.
[[nodiscard]] Result<std::uint64_t> parse_bytes(std::string_view text);
/// Reads "250 ms", "1.5 s", "10 min", "2 h" into milliseconds.
[[nodiscard]] Result<std::uint64_t> parse_duration_ms(std::string_view text);
/// Returns a text that parse_duration_ms reads as the same time, such as "90 s".
[[nodiscard]] std::string duration_text(std::uint64_t ms);
/// Returns "2026-11-23T07:45:48Z" for milliseconds since the epoch.
[[nodiscard]] std::string utc_text(std::int64_t unix_ms);
/// Reads such a text, and nothing else: invalid_argument for a day that doesn't exist, too.
[[nodiscard]] Result<std::int64_t> parse_utc(const std::string& text);

/// Returns the text with '?' for control characters, which terminals obey; lines and tabs stay.
[[nodiscard]] std::string printable(std::string text);
/// Returns the text with \xHH for control characters and for bytes that are no UTF-8: names of
/// files may have any. What it returned it returns again as it is.
[[nodiscard]] std::string escaped(std::string_view text);

/// Returns the text with a to z for A to Z; other bytes stay.
[[nodiscard]] std::string lower(std::string_view text);
/// Returns the text without the spaces, tabs and line ends around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between);

[[nodiscard]] std::string to_hex(std::span<const std::byte> bytes);
[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] Result<std::string> from_hex(std::string_view hex);
/// base64url without padding (RFC 4648 §5).
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base64url(std::string_view text);

}  // namespace ferry
