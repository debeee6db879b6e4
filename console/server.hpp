// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The console's API behind its socket, with the certificate that it needs.
#pragma once

#include <memory>

#include "console/service.hpp"

namespace ferry {

/// What this console offers to servers that are to be source servers. Makes the certificate that it
/// is served with. Errors: those of own_certificate, and of the certificate that is given.
[[nodiscard]] Result<std::shared_ptr<AgentDownloads>> open_downloads(const ClusterConfig& config);

/// Borrows system, bridge and config, which must outlive it. `downloads`: null for none. Errors:
/// those of HttpServer::start, and of own_certificate.
[[nodiscard]] Result<std::unique_ptr<HttpServer>> start_console(
    caf::actor_system& system, const Bridge& bridge, const ClusterConfig& config,
    std::shared_ptr<AgentDownloads> downloads = nullptr);

}  // namespace ferry
