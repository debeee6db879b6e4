// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The network interfaces of this machine.
#pragma once

#include <vector>

#include "messages/inventory.hpp"

namespace ferry {

/// All interfaces but the loopback, sorted by name, with their IPv4 and IPv6 addresses.
[[nodiscard]] std::vector<NicInfo> read_nics();

/// Addresses of real cards that are nobody's lease, as "192.0.2.7/24 on eth0".
[[nodiscard]] std::vector<std::string> read_static_addresses();
/// Interfaces that stand on others, as "bond0 (bond)": bonds, teams, VLANs, and bridges with a
/// real card in them.
[[nodiscard]] std::vector<std::string> read_layered_nics();

}  // namespace ferry
