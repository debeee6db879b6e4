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

}  // namespace ferry
