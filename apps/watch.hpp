// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry watch` and `edgeferry job watch`: migrations as they go on.
#pragma once

#include <optional>
#include <string>

#include "apps/commands.hpp"

namespace ferry {

struct WatchWords {
  std::string job;
  bool plain = false;  // lines of text also on a terminal
};

/// All migrations of the cluster, until the user or a signal ends it. A screen on a terminal; else
/// a line for each event and each change of a status; one object per change with --json.
int watch(Operator& op, const WatchWords& words);
/// One job until it ends or waits for the user: 0 when Finished or Waiting for its next run, 1 in
/// error, expired or canceled, 3 when paused, 130 if the user goes first.
int job_watch(Operator& op, const WatchWords& words);

// -- for both ways to show it ----------------------------------------------------------

/// On the terminal of this process; `job` is empty for all.
int watch_on_screen(Operator& op, const std::string& job);
/// The exit code if the job needs no more watching.
[[nodiscard]] std::optional<int> ended(const JobView& job);
/// Says how a job that needs no more watching ended, and returns the exit code.
int tell_end(const JobView& job, bool json);
/// Whether a controller that fails in this way may answer later.
[[nodiscard]] bool may_return(Errc code);

}  // namespace ferry
