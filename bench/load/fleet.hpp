// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The simulated nodes that one controller needs, registered as real ones are.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/load/controller_process.hpp"
#include "bench/load/crowd.hpp"

namespace ferry::load {

/// Registers `agents` source servers, each with an activation code and over a link of its
/// own, and adds the transition node and the worker at the end. For `polls` see
/// agent_answers. Throws std::runtime_error if one is refused.
[[nodiscard]] std::vector<SimulatedNode> register_fleet(const ControllerProcess& controller,
                                                        std::size_t agents, std::uint32_t polls);

/// Waits until the controller has heard of them all; throws std::runtime_error after
/// `limit_s`. Returns how long that took.
double wait_until_welcomed(const Crowd& crowd, std::size_t nodes, double limit_s = 60);

}  // namespace ferry::load
