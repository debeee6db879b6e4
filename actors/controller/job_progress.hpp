// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Speed, remaining time and percent of a job, from what its workers report. Not
// durable: after a restart it builds up again within seconds.
#pragma once

#include <string>
#include <vector>

#include "messages/job.hpp"

namespace ferry {

class JobProgress {
 public:
  /// Takes a new report of the disks at this moment of the steady clock.
  /// `bottleneck` as in SyncStatus; of words that aren't among those, nothing is told.
  void update(const std::vector<DiskProgress>& disks, std::int64_t now_ms,
              const std::string& bottleneck = {});
  void set_step(std::string step, double percent);
  /// Fills step, progress, speed_bytes (F91), network_bytes, remaining_s (F92), bottleneck and
  /// disks.
  void show(JobView& view) const;
  void stand_still();
  [[nodiscard]] const std::string& step() const { return step_; }
  /// Of the disks, how far they are: another one whenever something was copied or verified.
  [[nodiscard]] std::string mark() const;
  /// Of a job that ran before this process did: what its first report tells was copied before, and
  /// is not counted.
  void go_on() { counts_ = false; }
  /// What was last told to be on the network and not confirmed. Told once: who asks again gets 0
  /// until there is a new report.
  [[nodiscard]] std::uint64_t take_unconfirmed();

 private:
  std::vector<DiskProgress> disks_;
  std::string step_;
  std::string bottleneck_;
  double percent_ = 0;
  double speed_ = 0;  // bytes per second, smoothed
  double network_ = 0;
  std::uint64_t last_done_ = 0;
  std::uint64_t last_wire_ = 0;
  std::int64_t last_ms_ = 0;
  bool counts_ = true;
};

}  // namespace ferry
