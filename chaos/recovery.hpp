// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a fault cost: the time until every job that ran then had got further than it was,
// and the bytes that were sent on the way without getting further.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "chaos/job_watch.hpp"

namespace ferry::chaos {

/// What a job tells is a little late: the controller asks its agent twice a second. What
/// is seen this soon after a fault may have happened before it.
inline constexpr std::int64_t view_late_ms = 700;

class Recovery {
 public:
  /// The fault strikes now. `jobs` are those that are unfinished.
  Recovery(const std::vector<JobWatch>& jobs, std::int64_t now_ms);
  /// From now on the jobs can recover: the fault is over, or another one is, later.
  void begin_anew(const std::vector<JobWatch>& jobs, std::int64_t now_ms);

  /// Looks at the jobs, until all have recovered.
  void look(const std::vector<JobWatch>& jobs, std::int64_t now_ms);

  [[nodiscard]] bool over() const { return marks_.empty(); }
  [[nodiscard]] std::size_t affected() const { return affected_; }
  /// Milliseconds since the fault was over; still growing before over().
  [[nodiscard]] std::int64_t took_ms(std::int64_t now_ms) const {
    return std::max<std::int64_t>(0, (over() ? recovered_ms_ : now_ms) - since_ms_);
  }
  [[nodiscard]] std::uint64_t bytes_again() const { return bytes_again_; }

 private:
  struct Mark {
    double percent = 0;
    std::uint64_t sent = 0;  // when the fault struck
    std::uint64_t done = 0;
  };

  std::map<std::string, Mark> marks_;  // of the jobs that have not recovered, by id
  std::size_t affected_ = 0;
  std::int64_t since_ms_ = 0;
  std::int64_t recovered_ms_ = 0;
  std::uint64_t bytes_again_ = 0;
};

}  // namespace ferry::chaos
