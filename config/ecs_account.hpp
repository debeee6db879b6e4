// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Whose instances of ECS can be imported, by the cluster file.
#pragma once

#include <optional>
#include <string>

#include "config/cluster_config.hpp"

namespace ferry {

struct EcsAccount {
  std::string region;        // that is shown first
  bool needs_public = true;  // instances reach the controller over the internet only (F39)
};

/// That of [ecs_import], or of [machines] where jobs rent them; nothing where the file names none.
[[nodiscard]] std::optional<EcsAccount> ecs_account(const ClusterConfig& config);
/// Where ECS is, for a region of that account.
[[nodiscard]] std::string ecs_endpoint(const ClusterConfig& config, const std::string& region);

}  // namespace ferry
