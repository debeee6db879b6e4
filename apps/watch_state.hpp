// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What `edgeferry watch` knows of a cluster, and where its user is on the screen.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "messages/job.hpp"
#include "messages/source.hpp"

namespace ferry {

struct WatchedEvent {
  std::int64_t at_ms = 0;
  std::string job;
  std::string name;  // of the job
  std::string text;
};

/// The newest look at a cluster; while the controller is silent, the last one that it answered.
struct WatchedCluster {
  std::string name;
  bool seen = false;  // false: it has not answered yet
  std::vector<JobView> jobs;
  std::vector<SourceView> sources;
  std::optional<JobView> job;       // the one that is looked at, with all that lists leave out
  std::deque<WatchedEvent> events;  // oldest first, at most limits::watch_events_max
  std::optional<Error> silence;     // why the controller can't be asked right now
  std::int64_t silent_since_ms = 0;
  std::string said;  // what came of the user's last order
};

/// What a user asks for.
struct WatchOrder {
  std::string job;
  std::string how;  // pause, start, resume or retry
  std::uint64_t based_on = 0;
};

enum class WatchPage : std::uint8_t { list, details, help };

struct WatchView {
  int rows = 24;
  int columns = 80;
  WatchPage page = WatchPage::list;
  std::string job;         // the chosen one
  bool one_job = false;    // there is nothing but its details
  std::size_t scroll = 0;  // lines of the details above the screen
  std::string filter;      // part of what a job is found by
  bool typing = false;     // the filter
  std::optional<WatchOrder> question;
  std::string question_text;
};

/// Part of the id, name, source, status or image.
[[nodiscard]] bool matches(const JobView& job, const std::string& filter);
/// Indexes of the jobs that the filter leaves: those that need somebody first, then those that
/// run, then the others, each newest first.
[[nodiscard]] std::vector<std::size_t> shown_jobs(const WatchedCluster& cluster,
                                                  const std::string& filter);
/// The chosen job, or nullptr.
[[nodiscard]] const JobView* chosen_job(const WatchedCluster& cluster, const WatchView& view);
/// "Syncing" while it runs, else its status.
[[nodiscard]] std::string phase_of(const JobView& job);

}  // namespace ferry
