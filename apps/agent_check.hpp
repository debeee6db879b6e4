// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// `edgeferry-agent check`: the pre-flight of a server on itself, before anybody else
// hears of it.
#pragma once

#include <string>

#include "disk/inventory.hpp"
#include "messages/finding.hpp"

namespace ferry {

struct AgentCheck {
  InventoryOptions inventory;
  std::string controller;  // tcp://HOST:PORT, to be reached as well; empty: none
  bool json = false;
};

/// Prints the findings under the default limits. Returns the program's exit code: 1 if any is
/// critical, or if there was nothing to look at.
int check_server(const AgentCheck& check);

/// Success if somebody takes a connection there within some seconds; else unreachable, or
/// invalid_argument for what is no such address.
[[nodiscard]] Result<> reach(const std::string& endpoint);

}  // namespace ferry
