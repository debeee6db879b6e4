// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Programs that run beside the harness until it ends them through its undo log.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace ferry::chaos {

/// Starts a program in a process group of its own; what it says goes to `log`. Returns
/// its process number.
[[nodiscard]] Result<std::int64_t> start_helper(const std::vector<std::string>& argv,
                                                const std::filesystem::path& log);

}  // namespace ferry::chaos
