// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/cluster_log.hpp"

#include "base/limits.hpp"

namespace ferry {

void ClusterLog::append(const LoggedEvent& event) {
  Statement insert{database_,
                   "INSERT INTO cluster_event(at_ms, kind, subject, text, job) VALUES (?,?,?,?,?) "
                   "ON CONFLICT DO NOTHING"};
  insert.bind(event.at_ms, event.kind, event.subject, event.text, event.job).run();
  Statement trim{database_,
                 "DELETE FROM cluster_event WHERE seq <= (SELECT max(seq) FROM cluster_event) - ?"};
  trim.bind(std::uint64_t{limits::cluster_events_max}).run();
}

std::vector<LoggedEvent> ClusterLog::after(std::uint64_t seq, std::size_t count_max) {
  std::vector<LoggedEvent> events;
  Statement read{database_,
                 "SELECT seq, at_ms, kind, subject, text, job FROM cluster_event WHERE seq>? "
                 "ORDER BY seq LIMIT ?"};
  read.bind(seq, std::uint64_t{count_max});
  while (read.step()) {
    events.push_back({static_cast<std::uint64_t>(read.integer(0)), read.integer(1), read.text(2),
                      read.text(3), read.text(4), read.text(5)});
  }
  return events;
}

std::set<std::string> ClusterLog::last_told(const std::string& kind, const std::string& other) {
  std::set<std::string> subjects;
  // Beside max(), SQLite gives the columns of the row that has it.
  Statement read{database_,
                 "SELECT subject FROM (SELECT subject, kind, max(seq) FROM cluster_event "
                 "WHERE kind IN (?1, ?2) GROUP BY subject) WHERE kind=?1"};
  read.bind(kind, other);
  while (read.step()) subjects.insert(read.text(0));
  return subjects;
}

}  // namespace ferry
