// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The exclude files of the source server itself, where SMC has them: an administrator says in
// them what is never to be migrated from there, whatever a job says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/transfer.hpp"

namespace ferry {

/// All rules for the files that the server has mounted at `mount_point`, from its disk `disk`, as
/// they are now: those of the job, then those of the disk's file in `folder`, if it is there. That
/// of disk 0 is rsync_excludes_linux.txt, with paths from the server's root; that of disk N is
/// rsync_excludes_linux_diskN.txt, with paths from the mount point.
/// Error: excludes_invalid, with file, line and rule, or if nothing of the mount point is left.
[[nodiscard]] Result<std::vector<ExcludeRules>> read_excludes(
    const std::vector<std::string>& job_excludes, const std::string& mount_point,
    std::uint32_t disk, const std::filesystem::path& folder);

}  // namespace ferry
