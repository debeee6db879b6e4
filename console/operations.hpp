// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a route does, for users who have been let in, whichever way they came: by HTTP or over the
// message bus. Nothing is done before its words and the user's role are known to fit, and no change
// before it stands in the audit log.
#pragma once

#include <string>
#include <vector>

#include "actors/controller/audit_log.hpp"
#include "console/call.hpp"
#include "http/server.hpp"
#include "metrics/counted.hpp"

namespace ferry {

/// A request to a route.
struct OperationWords {
  std::vector<std::string> ids;  // those in its path, in order
  std::string path;              // with them, below /api/v1
  std::vector<NameValue> query;  // not decoded yet
  Json body = Json::object();
};

/// The longest of what may stand in a place of a path.
inline constexpr std::size_t path_id_bytes_max = 128;

/// Any thread may call. Borrows all, which must outlive it.
class Operations {
 public:
  Operations(const ControllerLink& controller, const ClusterConfig& config, Doorman& doorman)
      : controller_(controller), config_(config), doorman_(doorman) {}

  /// forbidden if the user's role is too low. `client`: its address.
  [[nodiscard]] static Result<> check_role(const ConsoleRoute& route, const ConsoleUser& user,
                                           const std::string& client);
  /// Runs the route for a user whose role fits. A job that whoever asks has seen too late, or in
  /// the wrong state, is told within the refusal.
  [[nodiscard]] HttpAnswer run(const ConsoleRoute& route, OperationWords words,
                               const ConsoleUser& user, const std::string& client) const;
  /// Writes down what is about to be done, does it, and writes down what came of it.
  template <class Do>
  [[nodiscard]] std::invoke_result_t<Do> audited(const ConsoleUser& user, const std::string& client,
                                                 const ConsoleRoute& route,
                                                 const std::string& subject, Do act) const;

 private:
  [[nodiscard]] Result<AuditBegun> begin(const ConsoleUser& user, const std::string& client,
                                         const ConsoleRoute& route,
                                         const std::string& subject) const;
  void end(std::uint64_t entry, const std::string& outcome) const;
  [[nodiscard]] HttpAnswer refused_job(const Error& error, const std::string& job) const;

  const ControllerLink& controller_;
  const ClusterConfig& config_;
  Doorman& doorman_;
};

template <class Do>
std::invoke_result_t<Do> Operations::audited(const ConsoleUser& user, const std::string& client,
                                             const ConsoleRoute& route, const std::string& subject,
                                             Do act) const {
  const auto begun = begin(user, client, route, subject);
  if (!begun) return fail(begun.error());
  auto done = act();
  counted::audited_change(done.has_value());
  end(begun->seq, done ? "done" : code_text(done.error().code) + " " + done.error().what);
  return done;
}

}  // namespace ferry
