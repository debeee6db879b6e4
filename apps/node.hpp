// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs one node of a cluster file in the foreground, for the launcher, for systemd
// or by hand.
#pragma once

#include <filesystem>
#include <string>

#include "config/cluster_config.hpp"

namespace ferry {

/// Where the key pair of a node, of the controller, or of the "operator" lies.
[[nodiscard]] std::filesystem::path key_file(const ClusterConfig& config, const std::string& name);
/// Where the key lies that certificates are signed with.
[[nodiscard]] std::filesystem::path signing_key_file(const ClusterConfig& config);
/// Makes the missing key pairs of this host's nodes and of the operator, so that the
/// controller can enrol them all when it starts.
[[nodiscard]] Result<> make_keys(const ClusterConfig& config);

/// Runs until SIGTERM or SIGINT, or until its actor tree gave up. Returns the
/// program's exit code. An agent node is replaced by the agent's own program.
[[nodiscard]] int run_node(const ClusterConfig& config, const std::string& name);

}  // namespace ferry
