// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// How a migration job that runs notices that nothing of it moves any more. That it has begun is
// durable and told once; since when is counted on a clock that never jumps, anew by each
// controller.
#include <algorithm>

#include "actors/controller/migration_job.hpp"
#include "base/clock.hpp"
#include "base/limits.hpp"

namespace ferry {
namespace {

/// While a job gives back what it holds, a release that doesn't succeed is told as such.
bool is_watched(JobState state) {
  return state == JobState::preparing || state == JobState::syncing ||
         state == JobState::processing;
}

}  // namespace

/// Says so once if the job has stood still for as long as anybody wants to wait; false if there is
/// nothing to tell.
bool MigrationJob::tell_standstill() {
  if (!is_watched(record_.state)) {
    moved_ms_ = 0;
    return false;
  }
  const auto now_ms = steady_ms();
  if (moved_ms_ == 0) moved_ms_ = now_ms;
  if (record_.still_since_ms != 0) return false;
  std::chrono::seconds patience{environment_.config->jobs.progress_patience_s};
  if (progress_.step() == boot_proof_step) {
    patience = std::max(patience, limits::boot_proof_time + limits::boot_proof_look_time);
  }
  const auto still_ms = now_ms - moved_ms_;
  if (still_ms < ms_of(patience)) return false;
  record_and_advance(JobStalled{progress_.step(), wall_ms() - still_ms, waiting_for_});
  return true;
}

/// Takes what the work under way tells, `mark`, which is another one once something has moved. The
/// first one of an epoch is compared with nothing: it begins with work that was done before. True
/// if a standstill ends with it, which is then recorded.
bool MigrationJob::note_work(const std::string& mark) {
  const bool moved = mark_epoch_ == record_.epoch && mark != mark_;
  mark_ = mark;
  mark_epoch_ = record_.epoch;
  if (!moved) return false;
  moved_ms_ = steady_ms();
  if (record_.still_since_ms == 0) return false;
  record_and_advance(JobMoved{});
  return true;
}

}  // namespace ferry
