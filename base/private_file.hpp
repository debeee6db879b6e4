// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Files with keys of ours.
#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace ferry {

/// That the file is there and its owner's alone. Error: key_unreadable.
[[nodiscard]] Result<> check_private_file(const std::filesystem::path& file);

}  // namespace ferry
