// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes to the cluster's log when the agent of a source server has been silent for
// limits::source_absence, and when it is back; once for each absence, whatever happens to the
// controller meanwhile.
#pragma once

#include <chrono>
#include <set>
#include <string>

#include <caf/all.hpp>

#include "actors/controller/store.hpp"
#include "messages/link.hpp"
#include "messages/source.hpp"
#include "notify/limits.hpp"

namespace ferry {

struct SourceWatchOptions {
  caf::actor store;
  caf::actor sources;
  caf::actor nodes;
  std::chrono::milliseconds absence = limits::source_absence;
  std::chrono::milliseconds period{5'000};  // between two looks
};

class SourceWatch {
 public:
  static constexpr const char* actor_name = "source_watch";

  SourceWatch(caf::event_based_actor* self, SourceWatchOptions options);
  caf::behavior make_behavior();

 private:
  void load();
  void look();
  void compare(const NodeList& nodes);
  void call_roll(const NodeList& nodes);
  void on_absent(const std::string& source, std::int64_t seen_ms);
  void on_back(const std::string& source);
  void tell(const std::string& source, const std::string& kind, const std::string& what);

  caf::event_based_actor* self_;
  SourceWatchOptions options_;
  std::set<std::string> away_;  // and the log says so, or is about to
  std::int64_t started_ms_;     // steady
  bool roll_called_ = false;    // for those who have not been heard of at all
};

}  // namespace ferry
