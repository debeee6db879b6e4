// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What clients of the message bus ask, without a socket. Each question is put to the controller's
// actors, and the one who asks is looked up first: a key that was disabled a moment ago does
// nothing any more.
#pragma once

#include <string>

#include "actors/controller/event_feed.hpp"
#include "console/operations.hpp"

namespace ferry {

/// Any thread may call; calls block for as long as the controller takes, which
/// limits::http_ask_time bounds for each question.
class BusDesk {
 public:
  /// Borrows all, which must outlive it.
  BusDesk(caf::actor_system& system, const Bridge& bridge, const ClusterConfig& config)
      : controller_(system, bridge), config_(config) {}

  /// Errors: not_logged_in; too_many_requests after failures.
  [[nodiscard]] Result<ConsoleUser> log_in(const LogIn& words, const std::string& client);
  /// {"operation", "parameters", "body"}: what the console's API does by that name, with the same
  /// statuses and bodies. Throws nothing.
  [[nodiscard]] HttpAnswer call(const ConsoleUser& user, Json words, const std::string& client);
  /// {"after"}: a page of all jobs, nodes, source servers and workgroups, behind the place that the
  /// page before has told as `next`. `seq` is the number of an event that is in all of them.
  [[nodiscard]] Result<Json> snapshot(const ConsoleUser& user, const Json& words);
  /// Events after a number. Errors: events_gone, and not_logged_in once the key has ended.
  [[nodiscard]] Result<FeedPage> read(const ConsoleUser& user, std::uint64_t after,
                                      std::size_t count_max) const;
  [[nodiscard]] Result<std::uint64_t> newest() const;

 private:
  [[nodiscard]] HttpAnswer call_checked(const ConsoleUser& user, Json words,
                                        const std::string& client);

  ControllerLink controller_;
  const ClusterConfig& config_;
  Doorman doorman_{controller_, {}};
  Operations operations_{controller_, config_, doorman_};
};

}  // namespace ferry
