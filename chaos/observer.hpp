// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A thread that does what an operator would: starts the plan's migrations, looks at them
// all the time, and retries those whose error says so. The harness looks through it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chaos/cluster.hpp"
#include "chaos/job_watch.hpp"
#include "chaos/plan.hpp"

namespace ferry::chaos {

/// What happened to one migration, for the report and the promises.
struct WatchedJob {
  std::string source;  // s-...
  std::uint32_t retries = 0;
  bool given_up = false;  // it is in an error that only a human could end
};

class Observer {
 public:
  /// `sources` are the ids of the servers to migrate.
  Observer(const RealCluster& cluster, const Plan& plan, std::vector<std::string> sources);

  void start();
  void stop();

  /// A copy of what is known now.
  [[nodiscard]] std::vector<JobWatch> jobs() const;
  [[nodiscard]] std::vector<WatchedJob> details() const;
  /// True once a job of this business status runs; "any": any unfinished job.
  [[nodiscard]] bool any_in(const std::string& business_status) const;
  /// True once every migration has been started and has ended, one way or the other.
  [[nodiscard]] bool done() const;
  /// No job is retried while this is true.
  void hold(bool retries) { hold_retries_ = retries; }
  /// No further migration is started.
  void last_call() { closed_ = true; }
  /// Milliseconds of steady_ms when the first job was started; 0: not yet.
  [[nodiscard]] std::int64_t started_ms() const { return started_ms_; }
  /// How many of the plan's migrations were never made.
  [[nodiscard]] std::uint32_t missing() const;
  /// Why the last job could not be made, for the report.
  [[nodiscard]] std::string trouble() const;

 private:
  struct Slot {
    std::string source;
    std::string token;  // of the creation under way; empty: none
    std::size_t job = 0;
    bool busy = false;
    bool taken = false;  // by a job that nobody will end; its server gets no other one
  };

  void turn();
  void begin_jobs();
  [[nodiscard]] bool begin_job(Slot& slot);
  void look_at(std::size_t index);
  void retry_if_told(std::size_t index, const JobView& view);
  void note_trouble(const Error& error);

  const RealCluster& cluster_;
  Plan plan_;
  std::optional<Client> link_;
  std::vector<Slot> slots_;
  std::uint32_t begun_ = 0;

  mutable std::mutex mutex_;  // of the three below
  std::vector<JobWatch> jobs_;
  std::vector<WatchedJob> details_;
  std::string trouble_;

  std::atomic<bool> hold_retries_{false};
  std::atomic<bool> closed_{false};
  std::atomic<bool> all_begun_{false};
  std::atomic<std::int64_t> started_ms_{0};
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace ferry::chaos
