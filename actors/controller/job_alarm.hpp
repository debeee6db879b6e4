// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a job does by itself when the wall clock says so: start at its time, begin the
// next run, expire, and go. All of it follows from the record, so a controller that
// was down at that time does it when it is back.
#pragma once

#include <optional>

#include "actors/controller/job_record.hpp"

namespace ferry {

/// When the next run begins by itself; 0: never.
[[nodiscard]] std::int64_t next_run_ms(const JobRecord& record);
/// When something is due next; 0: never.
[[nodiscard]] std::int64_t next_alarm_ms(const JobRecord& record);
/// What is due at this moment.
[[nodiscard]] std::optional<JobEvent> due_event(const JobRecord& record, std::int64_t now_ms);

}  // namespace ferry
