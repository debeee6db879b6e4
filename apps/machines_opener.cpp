// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "apps/machines_opener.hpp"

#include "cloud/alibaba/ecs_machines.hpp"
#include "config/endpoint.hpp"

namespace ferry {

Result<std::shared_ptr<MachineProvider>> MachinesOpener::operator()(
    const MachineWish& wish, std::chrono::milliseconds patience) const {
  const auto& machines = config_.machines;
  if (machines.kind == "none") return nullptr;
  auto ecs = machines_service(config_, credentials_, "ECS", ecs_version, machines.endpoint);
  if (!ecs) return fail(ecs.error());
  auto vpc = machines_service(config_, credentials_, "VPC", vpc_version, machines.vpc_endpoint);
  if (!vpc) return fail(vpc.error());
  EcsSettings settings;
  settings.ecs = std::move(*ecs);
  settings.vpc = std::move(*vpc);
  settings.network.region = machines.region;
  settings.network.vpc = wish.vswitch.empty() ? machines.vpc : "";
  settings.network.vswitch = wish.vswitch.empty() ? machines.vswitch : wish.vswitch;
  settings.network.admit = machines.admit;
  settings.network.patience = patience;
  settings.public_address = machines.network == "public" && !wish.private_network;
  settings.disk_category = machines.disk_category;
  return std::make_shared<EcsMachines>(std::move(settings));
}

Result<RpcService> machines_service(const ClusterConfig& config,
                                    const std::shared_ptr<Credentials>& credentials,
                                    std::string name, std::string_view version,
                                    const std::string& endpoint) {
  const auto url = parse_service_url(endpoint);
  if (!url) return fail(url.error());
  return RpcService{.name = std::move(name),
                    .host = url->place,
                    .version = std::string{version},
                    .endpoint = {.scheme = url->scheme,
                                 .ca_file = config.bucket.ca_file,
                                 .proxy = config.bucket.proxy},
                    .access_key = [credentials] { return credentials->current(); }};
}

}  // namespace ferry
