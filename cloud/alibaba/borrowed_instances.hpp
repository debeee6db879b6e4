// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances of ECS that are there before a job and stay after it (F21). For the job they get disks,
// billed by use, named SMC_Temp_Disk and tagged "edgeferry" with its token (F104): the first is
// where its nodes keep what they have, the others are target disks. The nodes are started and
// stopped by Cloud Assistant. Nothing else of the instance is touched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/alibaba/cloud_assistant.hpp"
#include "cloud/alibaba/ecs_image_answers.hpp"
#include "cloud/machine.hpp"

namespace ferry {

struct BorrowSettings {
  std::string region;
  std::string disk_category;
  bool public_address = true;  // false: reached within its VPC only (F63)
  EcsPatience patience;
};

/// Calls may be repeated at any time, as those of MachineProvider.
class BorrowedInstances {
 public:
  BorrowedInstances(BorrowSettings settings, RpcClient& ecs)
      : settings_(std::move(settings)),
        ecs_(ecs),
        assistant_(ecs, settings_.region, settings_.patience) {}

  /// not_found: no disk of the token is attached to anything, or what it was attached to is gone.
  [[nodiscard]] Result<Machine> find(std::string_view token, const std::stop_token& stop) const;
  /// Errors: instance_unusable (it is not there, does not run, works for another job, has no Cloud
  /// Assistant or no edgeferry), and those of RpcClient.
  [[nodiscard]] Result<Machine> ensure(const MachineRequest& request, const std::stop_token& stop);
  /// One step of it: stops the nodes, then detaches the disks, then deletes them (F105). True once
  /// there was nothing left.
  [[nodiscard]] Result<bool> release(std::string_view token, const std::stop_token& stop);
  [[nodiscard]] Result<std::vector<FoundResource>> list(const std::stop_token& stop) const;

 private:
  [[nodiscard]] Result<ecs::Instance> instance(const std::string& id,
                                               const std::stop_token& stop) const;
  /// Temporary disks: of a token, or of all tokens if it is empty; on an instance, or on any.
  [[nodiscard]] Result<std::vector<ecs::Disk>> disks(std::string_view token,
                                                     const std::string& instance,
                                                     const std::stop_token& stop) const;
  [[nodiscard]] Result<> check_free(const std::string& token, const std::string& instance,
                                    const std::stop_token& stop) const;
  /// By their places: made if they are not there, and attached.
  [[nodiscard]] Result<std::vector<ecs::Disk>> ensure_disks(const std::string& token,
                                                            const std::vector<std::uint32_t>& gib,
                                                            const ecs::Instance& instance,
                                                            const std::stop_token& stop);
  [[nodiscard]] Result<> make_disk(const std::string& token, std::size_t place, std::uint32_t gib,
                                   const ecs::Instance& instance, const std::stop_token& stop);
  [[nodiscard]] Result<> attach(const ecs::Disk& disk, const ecs::Instance& instance,
                                const std::stop_token& stop);
  [[nodiscard]] Machine told(const ecs::Instance& instance) const;

  BorrowSettings settings_;
  RpcClient& ecs_;
  CloudAssistant assistant_;
};

}  // namespace ferry
