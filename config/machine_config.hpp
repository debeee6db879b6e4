// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The cluster file of a rented machine, as its controller makes it: the two nodes that run there,
// and where everything else is.
#pragma once

#include <string>
#include <vector>

#include "config/cluster_config.hpp"

namespace ferry {

struct MachinePlace {
  std::string token;
  std::string address;                  // under which source servers reach it
  std::string listen = "*";             // on which its ports are opened
  std::vector<std::string> disks = {};  // for target disks; empty: these are files
};

/// Relative paths in it begin where the file lies.
[[nodiscard]] ClusterConfig machine_config(const ClusterConfig& cluster, const MachinePlace& place);

/// The first words of such a machine: a script that lets its nodes join.
[[nodiscard]] std::string machine_script(const ClusterConfig& cluster, const std::string& code);

}  // namespace ferry
