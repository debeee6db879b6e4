// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/load/fleet.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "base/clock.hpp"
#include "base/limits.hpp"

namespace ferry::load {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error{to_string(result.error())};
  return std::move(*result);
}

}  // namespace

std::vector<SimulatedNode> register_fleet(const ControllerProcess& controller, std::size_t agents,
                                          std::uint32_t polls) {
  std::vector<SimulatedNode> nodes;
  auto operator_client = controller.operator_client();
  ActivationCode code;
  for (std::size_t i = 0; i < agents; ++i) {
    if (i % limits::activation_quota_max == 0) {
      const CreateActivation wish{"load", limits::activation_quota_max, 1};
      const auto created = must(operator_client.ask<ActivationCreated>("sources", wish));
      code = must(parse_activation_code(created.code));
    }
    SimulatedNode node{{}, "agent", make_key_pair(), agent_answers(polls)};
    const auto name = "simulated-" + std::to_string(i);
    const RegisterSource request{code.activation, code.secret, node.keys.public_key,
                                 protocol_version, small_server(name)};
    Client client{{controller.endpoint(), code.server_key, node.keys}};
    node.node = must(client.ask<SourceRegistered>("sources", request)).source;
    nodes.push_back(std::move(node));
  }
  nodes.push_back({"transition-1", "transition", controller.keys_of_transition(),
                   transition_answers("transition-1")});
  nodes.push_back({"worker-1", "worker", controller.keys_of_worker(), worker_answers("worker-1")});
  return nodes;
}

double wait_until_welcomed(const Crowd& crowd, std::size_t nodes, double limit_s) {
  const auto begun = steady_ms();
  const auto seconds = [&] { return static_cast<double>(steady_ms() - begun) / 1000; };
  while (crowd.welcomed() < nodes) {
    if (seconds() > limit_s) {
      throw std::runtime_error{"only " + std::to_string(crowd.welcomed()) + " of " +
                               std::to_string(nodes) + " nodes were welcomed"};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return seconds();
}

}  // namespace ferry::load
