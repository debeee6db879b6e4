// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Texts that users and servers chose, as cells of a terminal: harmless, and as wide as they are
// said to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ferry {

/// Returns one line that no terminal obeys: \xHH for control characters and for what is no UTF-8,
/// '?' for what reverses or hides text, and for what the terminal can't show.
[[nodiscard]] std::string harmless(std::string_view text);
/// How many cells such a text takes.
[[nodiscard]] std::size_t cells(std::string_view text);
/// Returns as much of the begin of a harmless text as `width` cells hold.
[[nodiscard]] std::string_view beginning(std::string_view text, std::size_t width);
/// Returns a harmless text of exactly `width` cells: cut with a mark at its end, or filled up.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t width);
/// Whether the locale of this process shows more than ASCII.
[[nodiscard]] bool shows_unicode();

}  // namespace ferry
