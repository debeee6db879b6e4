// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Machines for one job: rented ones boot, start its nodes, and are given back at the end (F13, F18,
// F20); borrowed ones run the nodes meanwhile, on disks that are made for it (F21, F104, F105).
// Everything that is made for one is named after a token of the ledger, by which it is found again
// after a crash at any moment.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "messages/resource.hpp"

namespace ferry {

struct MachineRequest {
  std::string token;      // of the ledger row; lower-case letters, digits and hyphens
  std::string image;      // that it boots
  std::string type;       // of the machine; empty: the first of the usual ones that is there (F87)
  std::string role = {};  // that its programs take on to use other services; empty: none
  std::uint32_t storage_gib = 0;              // of its own disk, where target disks lie
  std::string user_data;                      // a script for its first boot
  std::vector<std::uint32_t> disks_gib = {};  // of target disks that are the cloud's, in order
  std::string borrowed = {};  // the id of an instance that is there and stays; empty: rent one
};

/// A disk of the cloud that a machine has beside its own, and that goes with it.
struct MachineDisk {
  std::string id;
  std::string device;  // as the cloud calls it: "/dev/xvdb"
  std::string serial;  // by which the machine finds it, below /dev/disk/by-id/virtio-SERIAL
  std::uint32_t gib = 0;
};

struct Machine {
  std::string id;
  std::string address;  // under which source servers reach it
  std::string type;
  std::vector<MachineDisk> disks = {};  // in the order in which they were asked for
};

/// Calls block, and may be repeated at any time.
class MachineProvider {
 public:
  virtual ~MachineProvider() = default;

  /// The machine of the token; not_found: there is none.
  [[nodiscard]] virtual Result<Machine> find(std::string_view token,
                                             const std::stop_token& stop) = 0;
  /// Makes what is missing and returns once the machine runs. Errors: no_stock (no machine of the
  /// type, or of none of them, is to be had), access_refused, service_refused, unreachable,
  /// timeout, canceled; of one to borrow, instance_unusable.
  [[nodiscard]] virtual Result<Machine> ensure(const MachineRequest& request,
                                               const std::stop_token& stop) = 0;
  /// Removes all that carries the token, and returns once it is gone; nothing is a success.
  [[nodiscard]] virtual Result<> release(std::string_view token, const std::stop_token& stop) = 0;
  /// All that carries a token of ours: a "machine", "temporary_disk", "network", "vswitch" or
  /// "firewall".
  [[nodiscard]] virtual Result<std::vector<FoundResource>> list(
      const std::stop_token& stop) const = 0;
};

}  // namespace ferry
