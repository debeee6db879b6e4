// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Which type of machine to rent, and in which zone.
#pragma once

#include <string>
#include <vector>

#include "cloud/alibaba/rpc_client.hpp"

namespace ferry {

struct MachineOffer {
  std::string zone;
  std::string type;
  friend bool operator==(const MachineOffer&, const MachineOffer&) = default;
};

/// What is in stock, in the order in which it should be tried: 1 core with 2 GiB, 1 with 4, 2 with
/// 2, 2 with 4, the families t6 and t5, 2 with 8 (smc-api 3.8); of a type that is named, its zones
/// (F87). `zone` empty: all of the region. Error: no_stock, and those of the service.
[[nodiscard]] Result<std::vector<MachineOffer>> machine_offers(RpcClient& ecs,
                                                               const std::string& region,
                                                               const std::string& zone,
                                                               const std::string& type,
                                                               const std::stop_token& stop);

}  // namespace ferry
