// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which process is at the other end of a TCP connection of this host.
#pragma once

#include <cstdint>
#include <span>

namespace ferry::chaos {

/// Returns the one of `candidates` that holds an IPv4 socket from port `local` to port
/// `remote`, or 0.
[[nodiscard]] std::int64_t socket_owner(std::uint16_t local, std::uint16_t remote,
                                        std::span<const std::int64_t> candidates);

}  // namespace ferry::chaos
