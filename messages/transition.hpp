// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The controller's hold on a transition instance: a temporary machine (or, with
// the local provider, a folder of disks on a transition node) that receives one
// job's disks (F13 to F20).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/layout.hpp"
#include "messages/record.hpp"

namespace ferry {

/// Lifts the instance to the state described, creating what is missing. Idempotent
/// by (token, epoch): repeated until it answers `ready`. An older epoch is refused
/// as fenced; a newer one ends all data sessions of the older.
struct EnsureInstance {
  std::string token;  // of the ledger row
  std::string job;
  std::uint64_t epoch = 0;
  std::string source;                     // who may connect, and ...
  std::string source_public_key;          // ... with which key (Z85)
  std::string digest_key;                 // 32 bytes; keys the digest tree of this job
  std::vector<std::uint64_t> disk_bytes;  // by disk index
  bool create = true;    // false: the disks must be there already, their loss is instance_gone
  bool writable = true;  // false: no data session may be open
  Layout layout = {};    // of the disks, if they are not all as on the source
  FERRY_MESSAGE("transition.ensure_instance", token, job, epoch, source, source_public_key,
                digest_key, disk_bytes, create, writable, layout)
};

struct InstanceDisk {
  std::uint32_t index = 0;
  std::string path;  // on the transition node
  std::uint64_t size = 0;
  std::string tree_root;  // hex; of the last verification, empty before
  FERRY_FIELDS(index, path, size, tree_root)
};

struct InstanceStatus {
  std::string token;
  bool ready = false;
  std::string control;     // endpoint for the agent, port 8080 (F14)
  std::string data;        // endpoint for the agent, port 8703 (F14)
  std::string public_key;  // Z85
  std::vector<InstanceDisk> disks;
  FERRY_MESSAGE("transition.instance_status", token, ready, control, data, public_key, disks)
};

/// Removes the instance and its disks, or first one disk of it; either way it can't be made
/// again. Idempotent; an unknown token is success.
struct ReleaseInstance {
  std::string token;
  std::string job;
  std::uint64_t epoch = 0;
  std::string part = {};  // disk0, disk1, ...; empty: all that is left
  FERRY_MESSAGE("transition.release_instance", token, job, epoch, part)
};
struct InstanceReleased {
  std::string token;
  FERRY_MESSAGE("transition.instance_released", token)
};

}  // namespace ferry
