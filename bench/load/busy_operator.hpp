// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// An operator who never rests: creates, starts, pauses, resumes, modifies and cancels jobs
// of some source servers, remembers every answer, and after each restart of the controller
// holds what it says against what it said before.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/load/job_memory.hpp"
#include "messages/catalogue.hpp"
#include "transport/client.hpp"

namespace ferry::load {

class BusyOperator {
 public:
  /// `sources` are its own: no other operator has jobs of them.
  BusyOperator(Client client, std::vector<std::string> sources, std::uint64_t seed);

  /// Works until the end in a thread of its own.
  void start();
  /// Compares every job that has not ended, and those that have since the last time; goes on
  /// working then. Returns at once; `compared` tells when it is done.
  void compare_again() { ++wanted_; }
  [[nodiscard]] bool compared() const { return done_ == wanted_; }
  /// Ends its work and compares everything once more.
  void finish();

  struct Tally {
    std::uint64_t acknowledged = 0;
    std::uint64_t refused = 0;
    std::uint64_t unknown = 0;
    std::uint64_t events = 0;  // compared, again and again
    std::uint64_t jobs = 0;
  };
  [[nodiscard]] Tally tally() const;
  [[nodiscard]] std::vector<std::string> complaints() const;
  /// Every job whose creation was acknowledged; after `finish`.
  [[nodiscard]] const std::deque<JobMemory>& jobs() const { return jobs_; }

 private:
  void run(const std::stop_token& stop);
  void compare_all(bool with_ended);
  bool compare(JobMemory& job);
  void act();
  void create(JobMemory& job, const std::string& source);
  void change(JobMemory& job, const std::string& status);
  template <Message Call>
  void call(JobMemory& job, std::string_view event, const Call& request);
  void complain(std::vector<std::string> wrong);
  [[nodiscard]] std::uint64_t random(std::uint64_t below) { return random_() % below; }

  Client client_;
  std::vector<std::string> sources_;
  std::mt19937_64 random_;
  std::uint64_t seed_;
  std::deque<JobMemory> jobs_;
  std::map<std::string, JobMemory*> current_;  // by source
  std::uint64_t names_ = 0;
  std::atomic<std::uint64_t> wanted_{0};
  std::atomic<std::uint64_t> done_{0};
  mutable std::mutex mutex_;  // guards the two below
  Tally tally_;
  std::vector<std::string> complaints_;
  std::jthread thread_;
};

}  // namespace ferry::load
