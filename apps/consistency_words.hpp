// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace ferry {

/// What a level of docs/consistency.md means, in a few words.
[[nodiscard]] std::string consistency_words(const std::string& level);

}  // namespace ferry
