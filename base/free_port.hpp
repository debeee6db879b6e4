// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Ports for clusters that are made to be thrown away.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace ferry {

/// Returns a TCP port that nobody uses now on any of these IPv4 addresses; 0 if there is
/// none. This function gives it to nobody else as long as this process lives, and the kernel
/// to nobody who connects or binds any port: who gets it may bind it late, and again.
[[nodiscard]] std::uint16_t free_port(std::initializer_list<const char*> hosts = {"127.0.0.1"});

}  // namespace ferry
