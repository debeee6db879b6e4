// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Machines that are rented for one job and given back at its end (F13, F18, F20), or borrowed: they
// were there before and stay (F21). On each run a transition node and a worker, which join the
// cluster with a code of their own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// What a user asks of the machine; empty: as the cluster file says.
struct MachineWish {
  std::string type;              // of the provider; one that is out of stock fails the job (F87)
  std::string vswitch;           // in which it stands (F62)
  bool private_network = false;  // source servers reach it within its VPC only (F63)
  /// An instance that is there and that stays: its nodes work on it, with a disk of their own that
  /// is attached to it for the job (F21, F104). Empty: one is rented.
  std::string instance = {};
  FERRY_FIELDS(type, vswitch, private_network, instance)
};

/// What is known of it; empty if a job has none.
struct MachineView {
  std::string token;
  std::string id;       // at the provider; empty: it is not known to run
  std::string address;  // under which source servers reach it
  std::string type;
  FERRY_FIELDS(token, id, address, type)
};

/// One of the disks that it has for target disks, if the cloud makes images of them by itself.
struct RentedDisk {
  std::string id;      // at the provider
  std::string serial;  // by which the machine knows it
  FERRY_FIELDS(id, serial)
};

/// Controller to worker: rent it, unless it is there. Idempotent by token; answers MachineStatus at
/// once and is repeated until that is final.
struct EnsureMachine {
  std::string token;  // of the ledger row
  std::string job;
  std::uint64_t epoch = 0;
  MachineWish wish;
  std::uint32_t storage_gib = 0;
  std::string user_data;  // a script for its first boot, by which its nodes join
  bool create = true;     // false: only look whether it is still there
  std::vector<std::uint32_t> disks_gib = {};  // of the disks that it has for target disks
  std::string bucket = {};  // of the job, which has to be usable before anything is rented
  FERRY_MESSAGE("machine.ensure", token, job, epoch, wish, storage_gib, user_data, create,
                disks_gib, bucket)
};
/// Controller to worker: give it back, with its network. Answered like EnsureMachine.
struct ReleaseMachine {
  std::string token;
  std::string job;
  std::uint64_t epoch = 0;
  FERRY_MESSAGE("machine.release", token, job, epoch)
};
struct MachineStatus {
  std::string token;
  std::uint64_t epoch = 0;
  std::string state;    // running, failed, done or gone
  std::string id;       // at the provider
  std::string address;  // under which source servers reach it
  std::string type;
  std::uint16_t error_code = 0;
  std::string error;
  std::string fix;
  std::vector<RentedDisk> disks = {};  // in the order in which they were asked for
  FERRY_MESSAGE("machine.status", token, epoch, state, id, address, type, error_code, error, fix,
                disks)
};

/// Machine to controller, with the key of its transition node: enrols both nodes of this machine.
/// The same keys may ask again; a code serves no others (code_used_up).
struct JoinMachine {
  std::string token;
  std::string secret;
  std::string transition_key;  // Z85; of this very link
  std::string worker_key;      // Z85
  std::string listen;          // address for ports 8080 and 8703; * is every one
  std::uint32_t protocol = 0;
  std::string disk_prefix = {};  // with a serial behind it, it is the path of a disk
  FERRY_MESSAGE("machine.join", token, secret, transition_key, worker_key, listen, protocol,
                disk_prefix)
};
struct MachineJoined {
  std::string cluster_file;  // TOML, for the nodes of this machine
  FERRY_MESSAGE("machine.joined", cluster_file)
};

/// Whether that may be the id of an instance of ECS.
[[nodiscard]] inline bool is_instance_id(std::string_view id) {
  constexpr std::size_t bytes_max = 64;
  return id.starts_with("i-") && id.size() <= bytes_max && std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}
/// The machine of a job, which has at most one in its life.
[[nodiscard]] inline std::string machine_token(std::string_view job) {
  return "vm-" + std::string{job.substr(job.find('-') + 1)};
}
[[nodiscard]] inline std::string job_of_machine(std::string_view token) {
  return "j-" + std::string{token.substr(token.find('-') + 1)};
}
/// The node of a role on a machine; no other nodes have names that begin like that.
[[nodiscard]] inline std::string machine_node(std::string_view token, std::string_view role) {
  return std::string{token} + '-' + std::string{role};
}
[[nodiscard]] inline bool is_machine_node(std::string_view node) { return node.starts_with("vm-"); }
[[nodiscard]] inline bool is_on_machine(std::string_view node, std::string_view token) {
  return !token.empty() && node.starts_with(token) && node.substr(token.size()).starts_with('-');
}

}  // namespace ferry
