// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Fetches the log lines of a job's nodes when the job comes to an end, and stores them. What is to
// be fetched is in the database, written together with the end, so a death loses nothing; and no
// job waits for it. A node that is away is asked when it is back.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "actors/controller/store.hpp"
#include "base/diagnostic_limits.hpp"
#include "messages/diagnostics.hpp"
#include "messages/link.hpp"
#include "storage/job_log_table.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct LogCollectorOptions {
  caf::actor store;
  caf::actor nodes;
  caf::actor own_log;  // of this process
  Bridge* bridge = nullptr;
  std::chrono::milliseconds period = limits::log_collect_period;
};

/// What a node's log is asked for, and what is known of the job.
struct LogTask {
  WantedLog wanted;
  std::int64_t created_ms = 0;  // the job
  std::int64_t last_ms = 0;     // of the lines that are stored, by the node's clock
};

/// The name under which the controller's own lines are stored.
inline constexpr std::string_view controller_log_name = "controller";
/// What is stored instead of an agent's lines of a job that doesn't want them.
inline constexpr std::string_view switched_off_note =
    "the job has diagnostic_logs off: the agent's lines are not fetched";

/// Divides what is wanted of whole jobs into their nodes, and lists all. Belongs in a transaction.
[[nodiscard]] std::vector<LogTask> log_tasks(Database& database, std::int64_t now_ms);
/// The span that a job's lines are in, counted back from now.
[[nodiscard]] GetLog lines_since(std::int64_t job_created_ms, std::int64_t last_ms,
                                 std::int64_t now_ms);
/// Why an answer is not fit to be stored; empty if it is.
[[nodiscard]] std::string unfit(const NodeLog& log);

class LogCollector {
 public:
  static constexpr const char* actor_name = "log_collector";

  LogCollector(caf::event_based_actor* self, LogCollectorOptions options);
  caf::behavior make_behavior();

 private:
  void look();
  void on_tasks(const std::vector<LogTask>& tasks, const NodeList& nodes);
  void fetch(const LogTask& task);
  void on_told(const LogTask& task, const NodeLog& told);
  void on_silent(const LogTask& task, const Error& error);
  /// Instead of lines.
  void note(const LogTask& task, const std::string& why);
  void store(const LogTask& task, StoredLog log);

  caf::event_based_actor* self_;
  LogCollectorOptions options_;
  std::set<std::string> asked_;                     // whose answer is not stored yet
  std::map<std::string, std::int64_t> not_before_;  // steady; of those that did not answer
};

}  // namespace ferry
