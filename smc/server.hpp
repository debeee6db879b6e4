// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The service behind a socket.
#pragma once

#include <memory>

#include "http/server.hpp"
#include "smc/service.hpp"

namespace ferry {

/// Errors: those of HttpServer::start.
[[nodiscard]] Result<std::unique_ptr<HttpServer>> start_smc_server(
    const SmcConfig& config, std::unique_ptr<SmcService> service);

}  // namespace ferry
