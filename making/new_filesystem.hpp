// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// File systems and swap made anew on a block device, with the old identity and nothing that what
// reads the old one does not know.
#pragma once

#include <string>

#include "base/error.hpp"
#include "messages/layout.hpp"

namespace ferry {

/// Makes what `partition` asks for: by its method, a file system or swap, with the UUID, label and
/// features of `partition.from`. The device is blank. Errors: malformed for values that
/// no such file system has, program_missing, program_failed with the program's words.
[[nodiscard]] Result<> make_filesystem(const std::string& device,
                                       const PlannedPartition& partition);

/// Makes one that was not unmounted whole again, as a boot would; for those that do so by
/// themselves when they are mounted it does nothing. Errors: program_missing, program_failed.
[[nodiscard]] Result<> mend_filesystem(const std::string& device, const std::string& filesystem);

/// Looks at all of one that is not mounted, and changes nothing. Errors: disk_write_failed with
/// the program's words if it is not clean, program_missing.
[[nodiscard]] Result<> check_filesystem(const std::string& device, const std::string& filesystem);

}  // namespace ferry
