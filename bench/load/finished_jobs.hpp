// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A past: jobs that have finished, with the histories and ledger rows they leave.
#pragma once

#include <cstddef>
#include <filesystem>

namespace ferry::load {

/// Adds them to the database of a controller that doesn't run. Throws StorageFailure.
void write_finished_jobs(const std::filesystem::path& database, std::size_t count);

}  // namespace ferry::load
