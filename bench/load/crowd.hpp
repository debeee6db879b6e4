// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Many simulated nodes in one thread. Each has a key and a connection of its own, sends
// its heartbeat at the product's period and answers what the controller asks: to the
// controller they are as many real nodes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "bench/load/answers.hpp"
#include "transport/keys.hpp"

namespace ferry::load {

struct SimulatedNode {
  std::string node;
  std::string role;  // agent, transition or worker
  KeyPair keys;
  Answers answers;
};

/// What the nodes have seen since the last `take_figures`.
struct CrowdFigures {
  std::vector<double> heartbeat_ms;     // from each Hello sent to its Welcome read
  std::uint64_t heartbeats_missed = 0;  // not answered until the next one was due
  std::uint64_t requests = 0;           // of the controller, all answered
};

class Crowd {
 public:
  Crowd(std::string endpoint, std::string server_key);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// Connects the nodes and serves them in a thread of its own until the end. Call it once.
  void start(std::vector<SimulatedNode> nodes);

  [[nodiscard]] CrowdFigures take_figures();
  /// Nodes whose last heartbeat was answered by the incarnation of the controller that began
  /// with the last `expect_new_controller`.
  [[nodiscard]] std::size_t welcomed() const { return welcomed_; }
  void expect_new_controller();

 private:
  class Loop;

  std::string endpoint_;
  std::string server_key_;
  std::mutex mutex_;  // guards figures_
  CrowdFigures figures_;
  std::atomic<std::size_t> welcomed_{0};
  std::atomic<std::uint64_t> controller_{1};  // number of its incarnation ...
  std::atomic<std::int64_t> expected_us_{0};  // ... and when that was expected
  Fd stop_;
  std::unique_ptr<Loop> loop_;
};

}  // namespace ferry::load
