// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// A real controller as a process of its own, in a folder of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "transport/client.hpp"
#include "transport/keys.hpp"

namespace ferry::load {

class ControllerProcess {
 public:
  /// Empties `folder` and writes a cluster file and keys there, for a controller, the nodes
  /// transition-1 and worker-1, and an operator. `program` is edgeferry. Throws
  /// std::runtime_error if something can't be written.
  ControllerProcess(std::filesystem::path program, std::filesystem::path folder);
  /// Kills it.
  ~ControllerProcess();
  ControllerProcess(const ControllerProcess&) = delete;
  ControllerProcess& operator=(const ControllerProcess&) = delete;

  void start();
  void kill_9() { end_with_signal(9); }
  /// Returns its exit code, or 128 and the signal's number.
  int stop() { return end_with_signal(15); }
  /// Until it answers an operator; throws std::runtime_error with the end of its log after
  /// `limit_s`, or when it ends. Returns how long that took.
  double wait_until_it_answers(double limit_s = 60);

  [[nodiscard]] Client operator_client() const;
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  [[nodiscard]] const std::string& public_key() const { return controller_.public_key; }
  [[nodiscard]] const KeyPair& keys_of_transition() const { return transition_; }
  [[nodiscard]] const KeyPair& keys_of_worker() const { return worker_; }
  [[nodiscard]] std::filesystem::path database() const { return state() / "controller.db"; }

  /// User and system time since its start, in seconds.
  [[nodiscard]] double cpu_seconds() const;
  /// Resident memory now, in MiB.
  [[nodiscard]] double resident_mib() const;
  [[nodiscard]] std::string end_of_log() const;

 private:
  [[nodiscard]] std::filesystem::path state() const { return folder_ / "state"; }
  [[nodiscard]] std::filesystem::path config_file() const { return folder_ / "cluster.toml"; }
  void write_config() const;
  [[nodiscard]] KeyPair make_keys(const std::string& name) const;
  int end_with_signal(int signal);

  std::filesystem::path program_;
  std::filesystem::path folder_;
  std::string endpoint_;
  KeyPair controller_;
  KeyPair operator_;
  KeyPair transition_;
  KeyPair worker_;
  pid_t pid_ = -1;
};

}  // namespace ferry::load
