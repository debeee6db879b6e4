// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What a run tells at its end: every strike with what it cost, every job, every promise.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry::chaos {

struct StrikeReport {
  std::int64_t at_ms = 0;  // after the first job was started
  std::string kind;
  std::string outcome;  // done, impossible or never
  std::string what;     // to whom and what, or why not
  std::int64_t lasted_ms = 0;
  std::uint64_t jobs = 0;          // unfinished then
  std::int64_t recovered_ms = -1;  // after its end, until all of them got further; -1: never
  std::uint64_t bytes_again = 0;   // sent in that time without getting further
  FERRY_FIELDS(at_ms, kind, outcome, what, lasted_ms, jobs, recovered_ms, bytes_again)
};

struct JobReport {
  std::string id;
  std::string source;
  std::string status;
  std::string error;
  std::uint32_t retries = 0;
  std::uint64_t attempts = 0;  // the job's epoch
  std::uint64_t events = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_needed = 0;  // what differs from zeros on the source; 0: unknown
  std::string image;               // equal, different or not checked
  FERRY_FIELDS(id, source, status, error, retries, attempts, events, bytes_sent, bytes_needed,
               image)
};

struct PromiseReport {
  std::string name;
  std::string verdict;  // held, broken or not checked
  std::vector<std::string> why;
  FERRY_FIELDS(name, verdict, why)
};

struct RunReport {
  std::string plan;
  std::uint64_t seed = 0;
  std::string cluster;
  std::string began;
  std::int64_t took_ms = 0;
  std::string outcome;  // held, broken or interrupted
  std::vector<StrikeReport> strikes;
  std::vector<JobReport> jobs;
  std::vector<PromiseReport> promises;
  std::vector<std::string> not_undone;
  std::string work;  // the folder that was left for a look
  FERRY_FIELDS(plan, seed, cluster, began, took_ms, outcome, strikes, jobs, promises, not_undone,
               work)
};

/// The report for people.
[[nodiscard]] std::string report_text(const RunReport& report);

}  // namespace ferry::chaos
