// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/recovery.hpp"

#include <algorithm>

namespace ferry::chaos {

Recovery::Recovery(const std::vector<JobWatch>& jobs, std::int64_t now_ms)
    : since_ms_(now_ms), recovered_ms_(now_ms) {
  for (const auto& job : jobs) {
    if (!job.ended()) marks_[job.id()] = {job.best_percent(), job.bytes_sent(), job.best_done()};
  }
  affected_ = marks_.size();
}

void Recovery::begin_anew(const std::vector<JobWatch>& jobs, std::int64_t now_ms) {
  since_ms_ = now_ms;
  recovered_ms_ = now_ms;
  for (const auto& job : jobs) {
    const auto mark = marks_.find(job.id());
    if (mark != marks_.end()) mark->second.percent = job.best_percent();
  }
}

void Recovery::look(const std::vector<JobWatch>& jobs, std::int64_t now_ms) {
  for (const auto& job : jobs) {
    const auto found = marks_.find(job.id());
    if (found == marks_.end()) continue;
    auto& mark = found->second;
    if (now_ms - since_ms_ < view_late_ms && !job.ended()) {
      mark.percent = std::max(mark.percent, job.best_percent());
      continue;
    }
    if (job.best_percent() <= mark.percent && !job.ended()) continue;
    const auto sent = job.bytes_sent() - mark.sent;
    const auto further = job.best_done() - mark.done;
    if (sent > further) bytes_again_ += sent - further;
    marks_.erase(found);
    recovered_ms_ = now_ms;
  }
}

}  // namespace ferry::chaos
