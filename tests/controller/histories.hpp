// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Histories of jobs, as the journal would hold them.
#pragma once

#include <string>
#include <vector>

#include "actors/controller/job_record.hpp"

namespace ferry::test {

JobCreated created(const std::string& source = "s-1");
InstanceReady instance_ready();

/// Everything that can happen to a job, in an order the table allows.
std::vector<JobEvent> long_life();
/// A copy that was proven and changed before it was an image: mended by itself, then given up,
/// and mended for the user.
std::vector<JobEvent> life_with_rot();
/// Everything that can happen to a job of several runs, in an order the table allows.
std::vector<JobEvent> long_incremental_life();

std::vector<StoredEvent> stored(const std::vector<JobEvent>& events);

}  // namespace ferry::test
