// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "actors/controller/job_alarm.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace ferry {
namespace {

constexpr std::int64_t hour_ms = 60LL * 60 * 1000;

/// When validity or the days after it are over. Jobs of the first version have none.
std::int64_t validity_ends_ms(const JobRecord& record) {
  if (record.state == JobState::expired) {
    return record.expired_ms + std::chrono::milliseconds{limits::expired_kept}.count();
  }
  return next_state(record.state, JobTrigger::expire) ? record.settings.valid_until_ms : 0;
}

bool is_due(std::int64_t at_ms, std::int64_t now_ms) { return at_ms != 0 && at_ms <= now_ms; }

}  // namespace

std::int64_t next_run_ms(const JobRecord& record) {
  if (record.state == JobState::ready) return record.settings.scheduled_start_ms;
  if (record.state != JobState::waiting || record.runs.empty()) return 0;
  return record.runs.back().started_ms + record.settings.frequency_hours * hour_ms;
}

std::int64_t next_alarm_ms(const JobRecord& record) {
  const auto run = next_run_ms(record);
  const auto end = validity_ends_ms(record);
  return run == 0 || end == 0 ? std::max(run, end) : std::min(run, end);
}

std::optional<JobEvent> due_event(const JobRecord& record, std::int64_t now_ms) {
  if (is_due(validity_ends_ms(record), now_ms)) {
    if (record.state == JobState::expired) return JobCanceled{true, "expiry"};
    return JobExpired{};
  }
  if (is_due(next_run_ms(record), now_ms)) return JobStarted{"start", "Schedule"};
  return std::nullopt;
}

}  // namespace ferry
