// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The disk that a machine got for what its nodes keep, as a file system at their state folder.
#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace ferry {

/// Makes a file system on a disk that holds nothing yet, and mounts it; one that was made here
/// before is mounted as it is, and one that is mounted stays. Errors: disk_missing,
/// instance_unusable if the disk holds anything else, of which nothing is overwritten,
/// program_failed, program_missing, program_timeout.
[[nodiscard]] Result<> mount_storage(const std::filesystem::path& disk,
                                     const std::filesystem::path& folder);

}  // namespace ferry
