// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Copies what a layout puts onto one disk of the image, part by part.
#pragma once

#include <string>
#include <vector>

#include "actors/agent/replicate.hpp"

namespace ferry {

/// Copies the parts of the disk at `place` of request.layout, has each proven, and has the disk
/// sealed. `paths` are this server's disks by index; `root` is "/", or where the server's file
/// systems are mounted. Errors: malformed for a layout that no planner makes; those of the parts.
[[nodiscard]] Result<> replicate_layout(const SyncDisks& request, std::uint32_t place,
                                        const std::vector<std::string>& paths,
                                        const std::string& root, const ReplicationOptions& options,
                                        DiskSyncState& state, const std::stop_token& stop);

}  // namespace ferry
