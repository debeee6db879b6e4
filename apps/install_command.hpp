// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The line by which a server becomes a source server.
#pragma once

#include "apps/commands.hpp"
#include "messages/agent_download.hpp"

namespace ferry {

/// By curl or by wget. Returns the program's exit code.
int install_command(Operator& op, const GetInstallCommand& request, bool wget);

}  // namespace ferry
