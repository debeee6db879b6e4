// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The console's API behind its socket, with the certificate that it needs.
#pragma once

#include <memory>

#include "console/service.hpp"

namespace ferry {

/// Borrows all, which must outlive it. Errors: those of HttpServer::start, and of own_certificate.
[[nodiscard]] Result<std::unique_ptr<HttpServer>> start_console(caf::actor_system& system,
                                                                const Bridge& bridge,
                                                                const ClusterConfig& config);

}  // namespace ferry
