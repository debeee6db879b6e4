// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "chaos/job_watch.hpp"

#include <algorithm>

namespace ferry::chaos {

void JobWatch::note(const JobView& view) {
  std::uint64_t sent = 0;
  std::uint64_t done = 0;
  for (const auto& disk : view.disks) {
    sent += disk.bytes_sent;
    done += disk.bytes_done;
  }
  view_ = view;
  best_percent_ = std::max(best_percent_, view.status == "Finished" ? 100.0 : view.progress);
  if (view.disks.empty()) return;  // a controller that just started has not asked yet
  // The count starts anew with every attempt.
  if (sent < sent_now_) sent_before_ += sent_now_;
  sent_now_ = sent;
  best_done_ = std::max(best_done_, done);
}

void JobWatch::note(const EventList& history) {
  const auto broke = [this](const std::string& what) {
    if (lost_.size() < broken_texts_max) lost_.push_back(id_ + ": " + what);
  };
  const auto& now = history.events;
  if (now.size() < history_.size()) {
    broke("had " + std::to_string(history_.size()) + " events, and now " +
          std::to_string(now.size()));
    return;
  }
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].seq != i + 1) {
      broke("event " + std::to_string(i + 1) + " is missing");
      return;
    }
    if (i >= history_.size()) continue;
    const auto& then = history_[i];
    if (then.type != now[i].type || then.text != now[i].text || then.at_ms != now[i].at_ms) {
      broke("event " + std::to_string(i + 1) + " was '" + then.text + "' and is now '" +
            now[i].text + "'");
      return;
    }
  }
  history_ = now;
}

bool JobWatch::ended() const { return view_.status == "Finished" || view_.status == "Deleted"; }

}  // namespace ferry::chaos
