// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/job_log_table.hpp"

namespace ferry {

std::vector<WantedLog> JobLogTable::wanted(std::size_t count_max) {
  std::vector<WantedLog> all;
  Statement read{database_, "SELECT job, node, since_ms FROM log_wanted ORDER BY since_ms LIMIT ?"};
  read.bind(std::uint64_t{count_max});
  while (read.step()) all.push_back({read.text(0), read.text(1), read.integer(2)});
  return all;
}

void JobLogTable::want(const WantedLog& log) {
  Statement{database_, "INSERT OR REPLACE INTO log_wanted(job, node, since_ms) VALUES (?,?,?)"}
      .bind(log.job, log.node, log.since_ms)
      .run();
}

void JobLogTable::forget_wanted(const WantedLog& log) {
  Statement{database_, "DELETE FROM log_wanted WHERE job=? AND node=? AND since_ms=?"}
      .bind(log.job, log.node, log.since_ms)
      .run();
}

std::vector<std::string> JobLogTable::nodes_of(std::string_view job, std::size_t count_max) {
  std::vector<std::string> nodes;
  Statement read{database_,
                 "SELECT DISTINCT node FROM resource WHERE job=? AND node<>'' "
                 "ORDER BY node LIMIT ?"};
  read.bind(job, std::uint64_t{count_max});
  while (read.step()) nodes.push_back(read.text(0));
  return nodes;
}

std::int64_t JobLogTable::last_line(std::string_view job, std::string_view node) {
  Statement read{database_, "SELECT coalesce(max(last_ms), 0) FROM job_log WHERE job=? AND node=?"};
  read.bind(job, node);
  return read.step() ? read.integer(0) : 0;
}

void JobLogTable::add(const StoredLog& log, std::uint64_t job_bytes_max, std::uint64_t bytes_max) {
  Statement{database_,
            "INSERT INTO job_log(job, node, at_ms, last_ms, facts, note, packed, bytes) "
            "VALUES (?,?,?,?,?,?,?,?)"}
      .bind(log.job, log.node, log.at_ms, log.last_ms, Blob{log.facts}, log.note, Blob{log.packed},
            log.bytes)
      .run();
  Statement{database_,
            "DELETE FROM job_log WHERE job=?1 AND seq IN (SELECT seq FROM ("
            "SELECT seq, sum(length(packed)) OVER (ORDER BY seq DESC) AS so_far "
            "FROM job_log WHERE job=?1) WHERE so_far>?2)"}
      .bind(log.job, job_bytes_max)
      .run();
  Statement{database_,
            "DELETE FROM job_log WHERE seq IN (SELECT seq FROM ("
            "SELECT seq, sum(length(packed)) OVER (ORDER BY seq DESC) AS so_far "
            "FROM job_log) WHERE so_far>?)"}
      .bind(bytes_max)
      .run();
}

std::vector<StoredLog> JobLogTable::of_job(std::string_view job) {
  std::vector<StoredLog> logs;
  Statement read{database_,
                 "SELECT node, at_ms, last_ms, facts, note, packed, bytes FROM job_log "
                 "WHERE job=? ORDER BY seq"};
  read.bind(job);
  while (read.step()) {
    logs.push_back({std::string{job}, read.text(0), read.integer(1), read.integer(2), read.text(3),
                    read.text(4), read.text(5), static_cast<std::uint64_t>(read.integer(6))});
  }
  return logs;
}

}  // namespace ferry
