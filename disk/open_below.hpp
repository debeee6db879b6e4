// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Opens files of a tree whose links may lead anywhere, as if its root were this program's: an
// absolute link begins there, and ".." ends there.
#pragma once

#include <string>

#include "base/file.hpp"

namespace ferry {

/// For reading, without waiting for whoever writes to a pipe. `flags`: O_DIRECTORY or 0. Returns
/// an empty Fd with errno if the path leads nowhere, or by too many links.
[[nodiscard]] Fd open_below(const Fd& root, const std::string& path, int flags);
/// The same without help from the kernel, which has it since 5.6.
[[nodiscard]] Fd open_below_by_steps(const Fd& root, const std::string& path, int flags);

}  // namespace ferry
