// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace ferry::limits {

inline constexpr std::size_t boot_log_bytes_max = 64 * 1024;  // kept of a guest's console
inline constexpr std::size_t setting_change_bytes_max = 200;  // of a value, told in a history

}  // namespace ferry::limits
