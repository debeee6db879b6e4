// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Names and numbers of the source that become arguments of programs. They come from another
// machine, so only what has their exact form gets there.
#pragma once

#include <cstddef>
#include <string_view>

namespace ferry {

/// "5e1c8a0e-3a53-4b3a-8d4b-2f0a0c4d7c11", in small or large letters.
[[nodiscard]] bool is_uuid(std::string_view text);
[[nodiscard]] bool is_uuid_or_empty(std::string_view text);
/// "0x" and eight hexadecimal digits.
[[nodiscard]] bool is_dos_id(std::string_view text);
/// Printable text of at most so many bytes; empty is one, too.
[[nodiscard]] bool is_label(std::string_view text, std::size_t bytes_max);

}  // namespace ferry
