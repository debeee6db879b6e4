// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Ports for clusters that are made to be thrown away.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace ferry {

/// Returns a TCP port that nobody uses now on any of these IPv4 addresses; 0 if there is
/// none. Somebody else may take it before it is bound.
[[nodiscard]] std::uint16_t free_port(std::initializer_list<const char*> hosts = {"127.0.0.1"});

}  // namespace ferry
