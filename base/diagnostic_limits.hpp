// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Bounds of what is kept for diagnostics, apart from the others because few files need them.
#pragma once

#include <chrono>

#include "base/limits.hpp"

namespace ferry::limits {

// -- what each process keeps of its own log ----------------------------------------------
inline constexpr std::size_t kept_log_file_bytes = 4 * mib;  // then a new one is begun
inline constexpr std::size_t kept_log_files = 2;             // the one that grows, and before it

// -- what a node tells of it in one answer -------------------------------------------------
inline constexpr std::size_t log_bytes_max = kept_log_files * kept_log_file_bytes;
inline constexpr std::size_t log_packed_bytes_max = 3 * mib;  // lines go, oldest first, until then
inline constexpr std::chrono::seconds log_answer_time{5};     // then the node counts as silent

// -- what the controller keeps of the logs of a job's nodes ----------------------------------
inline constexpr std::chrono::minutes log_window_slack{1};   // before a job was made
inline constexpr std::size_t job_logs_bytes_max = 16 * mib;  // packed, of one job; oldest go first
inline constexpr std::size_t stored_logs_bytes_max = 512 * mib;  // of all jobs, likewise
inline constexpr std::chrono::days log_wanted_time{7};           // of a node that is away
inline constexpr std::chrono::minutes log_unable_time{10};       // of one that does not know how to
inline constexpr std::size_t log_nodes_max = 64;                 // of one job
inline constexpr std::chrono::milliseconds log_collect_period{2000};  // between two looks

// -- bundles that are made for whoever is to help ----------------------------------------------
inline constexpr std::size_t bundle_bytes_max = 64 * mib;
inline constexpr std::size_t bundle_part_bytes = 1 * mib;
inline constexpr std::size_t bundles_kept_max = 4;
inline constexpr std::size_t bundles_at_once = 2;  // being made
inline constexpr std::chrono::minutes bundle_kept{10};
inline constexpr std::size_t bundle_events_max = 100'000;  // the newest of a job

// -- secrets that are taken out of all of it -------------------------------------------------
inline constexpr std::size_t secret_bytes_min = 4;  // shorter ones are known by their names only
inline constexpr std::size_t secrets_max = 4096;

static_assert(log_packed_bytes_max < message_binary_max);
static_assert(bundle_part_bytes < message_binary_max);
static_assert(log_answer_time < http_ask_time);

}  // namespace ferry::limits
