// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's actor tree: store, sources, nodes, jobs, each depending on those
// before it, under one supervisor.
#pragma once

#include <caf/all.hpp>

#include "actors/log_keeper.hpp"
#include "certificate/signing_key.hpp"
#include "config/cluster_config.hpp"
#include "downloads/agent_downloads.hpp"
#include "storage/secret_box.hpp"
#include "transport/bridge.hpp"

namespace ferry {

struct ControllerOptions {
  const ClusterConfig* config = nullptr;  // outlives the actors, as does the bridge
  Bridge* bridge = nullptr;
  std::string server_public_key;
  std::shared_ptr<const SigningKey> signing_key = {};  // of certificates
  /// Of access keys and webhooks; without it there are none, and no notifications.
  std::shared_ptr<const SecretBox> secret_box = {};
  /// What source servers download; without it there is nothing.
  std::shared_ptr<const AgentDownloads> downloads = {};
  KeptLog log = {};
};

/// Opens the database, if there is one, and reads all of it, so that a controller does not
/// begin on one that is damaged, newer, or another one's. Errors: storage_damaged,
/// storage_newer, storage_failed; the file is left as it is.
[[nodiscard]] Result<> check_database(const ClusterConfig& config);

/// Spawns the tree and publishes its actors. The root ends only when it was told to,
/// or when a child failed too often.
[[nodiscard]] caf::actor spawn_controller(caf::actor_system& system, ControllerOptions options);

}  // namespace ferry
