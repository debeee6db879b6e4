// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "config/machine_config.hpp"

#include "config/endpoint.hpp"
#include "messages/machine.hpp"

namespace ferry {
namespace {

constexpr std::uint16_t control_port = 8080;  // F14
constexpr std::uint16_t data_port = 8703;     // F14

/// Where the machine's worker has its keys: from its role, as no secret goes there.
CredentialsConfig machine_credentials(const ClusterConfig& cluster) {
  CredentialsConfig credentials;
  if (cluster.machines.role.empty()) return credentials;
  credentials.source = "instance";
  credentials.role = cluster.machines.role;
  const auto& metadata = cluster.credentials.metadata;  // empty if nobody here asks it
  if (!metadata.empty()) credentials.metadata = metadata;
  return credentials;
}

}  // namespace

ClusterConfig machine_config(const ClusterConfig& cluster, const MachinePlace& place) {
  auto config = cluster;
  config.state = ".";
  config.smc = {};
  config.console = {};
  config.bus = {};
  config.machines = {};
  config.credentials = machine_credentials(cluster);
  config.image.path = ImageConfig{}.path;  // images of its disks are the cloud's work and ours
  auto controller = controller_of(cluster);
  controller.host = controller.advertise;  // not here, whatever this machine is called
  NodeConfig transition;
  transition.name = machine_node(place.token, "transition");
  transition.role = "transition";
  transition.control = to_string(Endpoint{place.listen, control_port});
  transition.data = to_string(Endpoint{place.listen, data_port});
  transition.advertise = place.address;
  transition.disks = place.disks;
  NodeConfig worker;
  worker.name = machine_node(place.token, "worker");
  worker.role = "worker";
  config.nodes = {std::move(controller), std::move(transition), std::move(worker)};
  return config;
}

std::string machine_script(const ClusterConfig& cluster, const std::string& code) {
  // The code is none of the program's arguments, which everybody on that machine can read. Whatever
  // ends the program by force, it is started again, and knows what it was.
  return "#!/bin/sh\nexport EDGEFERRY_MACHINE_CODE='" + code +
         "'\nuntil edgeferry machine join --controller '" + controller_endpoint(cluster) +
         "'; do sleep 5; done\n";
}

}  // namespace ferry
