// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ferry {

inline constexpr const char* program_version = "0.1.0";

}  // namespace ferry
