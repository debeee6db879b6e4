// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs `edgeferry image ...` beside a worker: whoever mounts or boots what somebody else wrote has
// a process of its own, which ends with the worker, and a folder of its own.
#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace ferry {

struct ImageProgram {
  std::filesystem::path program;
  std::vector<std::string> words;  // behind "image": "prepare", "--format=qcow2", ...
  std::filesystem::path scratch;   // for temporary files, emptied before and removed afterwards
  std::chrono::seconds timeout;
};

/// Returns what it prints as JSON, also if that is a verdict against the image. Errors: those it
/// prints itself, program_failed, program_timeout, canceled, disk_write_failed.
[[nodiscard]] Result<std::string> run_image_program(const ImageProgram& image,
                                                    const std::stop_token& stop);

}  // namespace ferry
