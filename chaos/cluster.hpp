// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The cluster under test, as its operator sees it: the processes of this host, and the
// controller's answers. Nothing in here knows how a node works inside.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/cluster_config.hpp"
#include "config/endpoint.hpp"
#include "messages/record.hpp"
#include "transport/client.hpp"

namespace ferry::chaos {

/// What the launcher writes to STATE/cluster.json, as far as faults need it.
struct NodeProcess {
  std::string name;
  std::string role;
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string state;
  std::uint32_t restarts = 0;
  FERRY_FIELDS(name, role, pid, start_ticks, state, restarts)
};
struct ClusterProcesses {
  std::int64_t launcher_pid = 0;
  std::uint64_t launcher_ticks = 0;
  std::vector<NodeProcess> nodes;
  FERRY_FIELDS(launcher_pid, launcher_ticks, nodes)
};

/// May be used by several threads.
class RealCluster {
 public:
  RealCluster(ClusterConfig config, std::filesystem::path file)
      : config_(std::move(config)), file_(std::move(file)) {}

  [[nodiscard]] const ClusterConfig& config() const { return config_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  [[nodiscard]] Result<ClusterProcesses> processes() const;
  /// A node of this host that runs; fails with cluster_not_running if it does not.
  [[nodiscard]] Result<NodeProcess> running(const std::string& node) const;
  /// True if the process lives that was meant.
  [[nodiscard]] bool lives(const NodeProcess& node) const;

  /// Starts the launcher; `prefix` is a program that starts it, with its own arguments.
  [[nodiscard]] Result<> up(const std::vector<std::string>& prefix = {}) const;

  /// An operator's link to the very address that the controller listens on, which no
  /// proxy disturbs.
  [[nodiscard]] Result<Client> operator_link() const;
  /// The path of a folder that a plan calls storage, bucket, registry, scratch or state;
  /// empty if no node of this cluster has it here.
  [[nodiscard]] std::string folder(std::string_view name) const;

 private:
  ClusterConfig config_;
  std::filesystem::path file_;
};

/// Where the node listens: as written, but with an address that can be connected to.
[[nodiscard]] Endpoint bound_endpoint(const std::string& listen);

}  // namespace ferry::chaos
