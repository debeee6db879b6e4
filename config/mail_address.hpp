// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace ferry {

/// "NAME@HOST" of at most 254 bytes (RFC 5321 §4.5.3.1) as mail systems usually have it: letters,
/// digits and marks of ASCII, without quotes, comments or anything that could end a header or a
/// command.
[[nodiscard]] bool is_mail_address(std::string_view text);

}  // namespace ferry
