// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Boot fix-ups of the images of one export, by a program of their own: it mounts what somebody
// else wrote and runs its programs, so it has namespaces of its own and ends with the worker.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/image.hpp"

namespace ferry {

struct PrepareOrder {
  std::vector<std::filesystem::path> images;  // qcow2, of all disks, the system's first
  FixUpOrder fix_ups;
  std::filesystem::path scratch;  // a folder for this alone, emptied before
};

/// Runs `PROGRAM image prepare` to its end. Errors: guest_missing, and whatever the program says;
/// canceled.
[[nodiscard]] Result<PreparedImage> prepare_images(const std::filesystem::path& program,
                                                   const PrepareOrder& order,
                                                   const std::stop_token& stop);

/// What a job tells of it; at most limits::fix_up_notes_max notes.
[[nodiscard]] FixUpReport report_of(const PreparedImage& image);

}  // namespace ferry
