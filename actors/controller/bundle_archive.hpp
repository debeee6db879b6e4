// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Files of a bundle as one file that every system can open.
#pragma once

#include <string>
#include <vector>

#include "actors/controller/bundle_files.hpp"

namespace ferry {

/// A tar archive, packed by gzip, with the files in a folder. Errors: limit_exceeded if it would be
/// longer than limits::bundle_bytes_max; internal.
[[nodiscard]] Result<std::string> bundle_archive(const std::string& folder,
                                                 const std::vector<BundleFile>& files,
                                                 std::int64_t made_ms);

}  // namespace ferry
