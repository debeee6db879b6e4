// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop of the launcher: it starts nodes, waits for their ends and for
// signals, starts again what fell over, and stops everything in order.
#pragma once

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "apps/launcher.hpp"
#include "base/file.hpp"

namespace ferry::launcher {

class Supervisor {
 public:
  /// `report` as in supervise(). A detached launcher outlives its terminal.
  Supervisor(const ClusterConfig& config, std::filesystem::path config_file,
             std::filesystem::path program, Fd report, bool detached);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Returns 0 after an orderly stop, 1 if no node could stay up.
  [[nodiscard]] int run();

 private:
  struct Child {
    NodeStatus status;
    Fd handle;  // empty: not alive
    std::int64_t started_ms = 0;
    std::int64_t retry_at_ms = 0;
    std::int64_t backoff_ms = 0;
    bool gave_up = false;
    bool told_to_stop = false;
  };

  void start(Child& child);
  void reap(Child& child);
  void plan_restart(Child& child, int exit_code);
  void give_up(Child& child, const std::string& why);
  void wait();
  [[nodiscard]] int wait_limit_ms() const;
  void take_signal();
  void run_timers();
  void begin_stop();
  void next_stop_stage();
  void kill_all();
  [[nodiscard]] bool finished() const;
  void judge_start();
  void tell_parent(const std::string& line);
  void publish();

  const ClusterConfig& config_;
  std::filesystem::path config_file_;
  std::filesystem::path program_;
  Fd report_;
  std::vector<Child> children_;  // of this host, the controller first
  ClusterStatus status_;         // launcher and nodes of other hosts
  sigset_t old_mask_{};
  Fd signals_;
  bool stopping_ = false;
  bool start_failed_ = false;
  std::int64_t kill_at_ms_ = 0;
  bool changed_ = true;
};

}  // namespace ferry::launcher
