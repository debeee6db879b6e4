// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

namespace ferry {

/// Mounts made from now on are this thread's and go with it; what others unmount goes here, too.
/// Works in a chroot, if that has a /proc. After an error the thread should not go on. Errors:
/// not_root, internal.
[[nodiscard]] Result<> enter_mount_namespace();

}  // namespace ferry
