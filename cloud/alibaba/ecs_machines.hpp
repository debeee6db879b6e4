// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Machines of ECS. Rented ones are billed by use, each tagged "edgeferry" with its token (F18).
// Making one costs money, so it is asked for with one client token whatever its type: if an answer
// was lost, no second one can come of it. Borrowed ones are in borrowed_instances.hpp.
#pragma once

#include <string>
#include <vector>

#include "cloud/alibaba/borrowed_instances.hpp"
#include "cloud/alibaba/ecs_network.hpp"
#include "cloud/alibaba/machine_types.hpp"
#include "cloud/machine.hpp"

namespace ferry {

inline constexpr std::string_view ecs_version = "2014-05-26";
inline constexpr std::string_view vpc_version = "2016-04-28";

struct EcsSettings {
  RpcService ecs;
  RpcService vpc;
  NetworkSettings network;
  bool public_address = true;  // false: reached within the VPC only (F61, F63)
  std::string disk_category = "cloud_efficiency";
};

class EcsMachines final : public MachineProvider {
 public:
  explicit EcsMachines(EcsSettings settings);

  Result<Machine> find(std::string_view token, const std::stop_token& stop) override;
  Result<Machine> ensure(const MachineRequest& request, const std::stop_token& stop) override;
  Result<> release(std::string_view token, const std::stop_token& stop) override;
  Result<std::vector<FoundResource>> list(const std::stop_token& stop) const override;

 private:
  struct Rented {
    std::string id, type, status, token, public_address, private_address;
  };
  /// Without its address, as long as that is not known.
  [[nodiscard]] Machine told(const Rented& one) const;
  [[nodiscard]] Result<std::vector<Rented>> rented(std::string_view token,
                                                   const std::stop_token& stop) const;
  [[nodiscard]] Result<std::vector<MachineDisk>> disks_of(const std::string& machine,
                                                          const MachineRequest& request,
                                                          const std::stop_token& stop) const;
  [[nodiscard]] Result<> rent(const MachineRequest& request, const std::stop_token& stop);
  [[nodiscard]] Result<bool> rent_one(const MachineRequest& request, const MachineOffer& offer,
                                      const std::stop_token& stop);

  EcsSettings settings_;
  mutable RpcClient ecs_;
  mutable RpcClient vpc_;
  mutable EcsNetwork network_;
  BorrowedInstances borrowed_;
};

}  // namespace ferry
