// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The life of a migration job as one table (smc-api 2.2). Everything else - what to
// do in a state, what to show, which call is allowed - is keyed by these states.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ferry {

enum class JobState : std::uint8_t {
  ready,
  preparing,   // Running: the transition instance is made or found again
  syncing,     // Running: disks are copied and verified
  processing,  // Running: image, export, import
  cleaning,    // Running: temporary resources are released, the image exists
  stopped,     // paused by the user
  in_error,    // waits for retry; keeps the transition instance (F102)
  waiting,     // an incremental job between two runs; keeps the transition instance
  finished,
  expired,   // its validity ended before it did; holds nothing, goes by itself later
  deleting,  // everything is released
  deleted,
};
inline constexpr std::size_t job_state_count = 12;

enum class JobTrigger : std::uint8_t {
  start,           // StartReplicationJob: first start, resume, retry (F98) and next run
  instance_ready,  // disks still have to be copied
  copy_is_proven,  // the instance is there again and its disks were proven before
  copy_refuted,    // the disks changed after that; by itself, with a new epoch
  synced,
  imported,
  cleaned,   // of the last run
  run_done,  // of a run that is not the last
  restart,   // a transient failure; by itself, with a new epoch
  pause,     // F95
  failed,    // F97
  cut_over,  // the image of the last run is the result
  expire,    // valid_until is over
  cancel,    // F103
  remove,    // DeleteReplicationJob, and the end of an expired job
  removed,
};
inline constexpr std::size_t job_trigger_count = 16;

struct JobTransition {
  JobState from;
  JobTrigger trigger;
  JobState to;
};

namespace job_table {
using enum JobState;
using T = JobTrigger;
inline constexpr std::array transitions = std::to_array<JobTransition>({
    {ready, T::start, preparing},
    {preparing, T::instance_ready, syncing},
    {preparing, T::copy_is_proven, processing},
    {syncing, T::synced, processing},
    {processing, T::imported, cleaning},
    {cleaning, T::cleaned, finished},
    {cleaning, T::run_done, waiting},

    {waiting, T::start, preparing},
    {waiting, T::pause, stopped},
    {waiting, T::cut_over, cleaning},

    {preparing, T::restart, preparing},
    {syncing, T::restart, preparing},
    {processing, T::restart, preparing},
    {processing, T::copy_refuted, preparing},

    {syncing, T::pause, stopped},
    {stopped, T::start, preparing},

    {preparing, T::failed, in_error},
    {syncing, T::failed, in_error},
    {processing, T::failed, in_error},
    {in_error, T::start, preparing},

    {ready, T::expire, expired},
    {stopped, T::expire, expired},
    {in_error, T::expire, expired},

    {ready, T::cancel, deleting},
    {preparing, T::cancel, deleting},
    {syncing, T::cancel, deleting},
    {processing, T::cancel, deleting},
    {stopped, T::cancel, deleting},
    {in_error, T::cancel, deleting},
    {waiting, T::cancel, deleting},
    {expired, T::cancel, deleting},

    {ready, T::remove, deleting},
    {stopped, T::remove, deleting},
    {in_error, T::remove, deleting},
    {waiting, T::remove, deleting},
    {finished, T::remove, deleting},
    {expired, T::remove, deleting},

    {deleting, T::removed, deleted},
});
}  // namespace job_table

/// Returns the state after the trigger, or nothing if it isn't allowed in `from`.
[[nodiscard]] constexpr std::optional<JobState> next_state(JobState from, JobTrigger trigger) {
  for (const auto& t : job_table::transitions) {
    if (t.from == from && t.trigger == trigger) return t.to;
  }
  return std::nullopt;
}

/// True when nothing is left to be done: its source server is free and it needs no actor.
[[nodiscard]] constexpr bool is_final(JobState state) {
  return state == JobState::finished || state == JobState::deleted;
}
/// True while all that the job holds is being released.
[[nodiscard]] constexpr bool is_ending(JobState state) {
  return state == JobState::cleaning || state == JobState::expired || state == JobState::deleting;
}
/// True while the job has work in progress by itself.
[[nodiscard]] constexpr bool is_running(JobState state) {
  return state == JobState::preparing || state == JobState::syncing ||
         state == JobState::processing || state == JobState::cleaning;
}

/// Status and BusinessStatus of the public API.
[[nodiscard]] constexpr std::string_view status_text(JobState state) {
  switch (state) {
    case JobState::ready: return "Ready";
    case JobState::preparing:
    case JobState::syncing:
    case JobState::processing:
    case JobState::cleaning: return "Running";
    case JobState::stopped: return "Stopped";
    case JobState::in_error: return "InError";
    case JobState::waiting: return "Waiting";
    case JobState::finished: return "Finished";
    case JobState::expired: return "Expired";
    case JobState::deleting: return "Deleting";
    case JobState::deleted: return "Deleted";
  }
  return "";
}
[[nodiscard]] constexpr std::string_view business_status_text(JobState state) {
  switch (state) {
    case JobState::preparing: return "Preparing";
    case JobState::syncing: return "Syncing";
    case JobState::processing: return "Processing";
    case JobState::cleaning: return "Cleaning";
    default: return "";
  }
}

// -- what the compiler proves about the table ---------------------------------------

namespace job_table {

template <class Rule>
consteval bool for_every_state(Rule rule) {
  for (std::size_t i = 0; i < job_state_count; ++i) {
    if (!rule(static_cast<JobState>(i))) return false;
  }
  return true;
}

consteval bool deterministic() {
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    for (std::size_t j = i + 1; j < transitions.size(); ++j) {
      if (transitions[i].from == transitions[j].from &&
          transitions[i].trigger == transitions[j].trigger) {
        return false;
      }
    }
  }
  return true;
}

/// Cancel works until the image exists; from then on cleaning ends by itself.
consteval bool cancel_cleans_up_from_every_state() {
  return for_every_state([](JobState state) {
    const bool over = is_final(state) || state == cleaning || state == deleting;
    return over || next_state(state, T::cancel) == deleting;
  });
}

/// A job that runs is refused; any other can be deleted once.
consteval bool delete_works_unless_running() {
  return for_every_state([](JobState state) {
    const bool may = !is_running(state) && state != deleting && state != deleted;
    return next_state(state, T::remove).has_value() == may;
  });
}

/// What works by itself or has been paid for never expires.
consteval bool only_what_stands_still_expires() {
  return for_every_state([](JobState state) {
    const bool may = state == ready || state == stopped || state == in_error;
    return next_state(state, T::expire).has_value() == may;
  });
}

/// The copy is read again where the image is made, and nothing that was made of a copy that
/// changed goes on to the import: the disks are mended and proven first.
consteval bool a_refuted_copy_is_copied_again() {
  return for_every_state([](JobState state) {
           const auto next = next_state(state, T::copy_refuted);
           return state == processing ? next == preparing : !next;
         }) &&
         next_state(preparing, T::instance_ready) == syncing;
}

consteval bool every_state_reaches_an_end() {
  std::array<bool, job_state_count> good{};
  for (std::size_t i = 0; i < job_state_count; ++i) good[i] = is_final(static_cast<JobState>(i));
  for (std::size_t round = 0; round < transitions.size(); ++round) {
    for (const auto& t : transitions) {
      if (good[static_cast<std::size_t>(t.to)]) good[static_cast<std::size_t>(t.from)] = true;
    }
  }
  return std::ranges::all_of(good, [](bool reaches) { return reaches; });
}

consteval bool nothing_leads_back_from_the_end() {
  return std::ranges::none_of(transitions, [](const JobTransition& t) {
    return t.from == deleted || (t.from == finished && t.to != deleting);
  });
}

static_assert(deterministic());
static_assert(cancel_cleans_up_from_every_state());
static_assert(delete_works_unless_running());
static_assert(only_what_stands_still_expires());
static_assert(a_refuted_copy_is_copied_again());
static_assert(every_state_reaches_an_end());
static_assert(nothing_leads_back_from_the_end());

}  // namespace job_table
}  // namespace ferry
