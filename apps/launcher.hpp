// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Starts, supervises and stops the nodes of one cluster file on this host:
// `edgeferry cluster up`, `status` and `down`. The launcher has one thread and no
// knowledge of what a node does; a node is a program that ends on SIGTERM.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "apps/exit_codes.hpp"
#include "base/error.hpp"
#include "config/cluster_config.hpp"

namespace ferry {

struct LaunchOptions {
  std::filesystem::path config_file;
  std::filesystem::path program_folder = {};  // holds `edgeferry`; empty: folder of this program
  bool detach = false;
};

struct NodeStatus {
  std::string name;
  std::string role;
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;  // with the pid, names one process of one boot
  std::string state;              // starting, running, backing_off, stopped, elsewhere
  std::uint32_t restarts = 0;
  std::string last_exit;  // "exit 78", "signal 9 (Killed)"; empty: never ended
  std::int64_t uptime_s = 0;
  FERRY_FIELDS(name, role, pid, start_ticks, state, restarts, last_exit, uptime_s)
};

/// The content of STATE/cluster.json.
struct ClusterStatus {
  std::string cluster;
  std::int64_t launcher_pid = 0;  // 0: the launcher is gone
  std::uint64_t launcher_ticks = 0;
  std::string boot_id;
  std::vector<NodeStatus> nodes;
  FERRY_FIELDS(cluster, launcher_pid, launcher_ticks, boot_id, nodes)
};

/// Runs the nodes of this host until SIGTERM, SIGINT or SIGHUP and returns the exit
/// code of the program. With `detach` a background process does that, and the call
/// returns 0 once all nodes have been up for a second. Errors go to stderr. Call it
/// before the program has started a thread.
[[nodiscard]] int cluster_up(const ClusterConfig& config, const LaunchOptions& options);

/// Stops the launcher and its nodes, or nodes left behind by a killed launcher.
/// Errors: cluster_not_running; timeout if the launcher outlived `grace`.
[[nodiscard]] Result<> cluster_down(const ClusterConfig& config, std::chrono::seconds grace);

/// Fails with cluster_not_running if neither the launcher nor a node is alive.
[[nodiscard]] Result<ClusterStatus> cluster_status(const ClusterConfig& config);

/// Prints one line per node, with a heading.
void print_status(const ClusterStatus& status, std::FILE* out);

}  // namespace ferry
