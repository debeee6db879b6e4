// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Temporary resources: what the ledger remembers, what providers have, and the removal
// of what one of them knows and the other does not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// Something a provider has, found by looking.
struct FoundResource {
  // instance, image_file, bucket_object, upload, ens_image; machine, temporary_disk, network,
  // vswitch or firewall
  std::string kind;
  std::string name;   // what RemoveFound takes
  std::string token;  // of the ledger row that it carries
  std::uint64_t bytes = 0;
  std::int64_t modified_ms = 0;
  std::string key = {};     // of an upload: the object that it becomes
  std::string bucket = {};  // that has it, or its record, by its name; empty: [bucket], or none
  FERRY_FIELDS(kind, name, token, bytes, modified_ms, key, bucket)
};

/// The id of the part of a resource that belongs to one disk, such as "disk0" or "object1".
/// The ledger has it under "TOKEN/ID".
[[nodiscard]] inline std::string part_of_disk(std::string_view what, std::uint32_t disk) {
  return std::string{what} + std::to_string(disk);
}

/// Controller to transition node or worker: what of ours is there?
struct GetInventory {
  bool ok = true;
  bool own = true;     // what is on the node itself
  bool shared = true;  // and in the buckets and registry, which all workers see
  FERRY_MESSAGE("resource.get_inventory", ok, own, shared)
};
struct NodeInventory {
  std::string node;
  std::string role;
  std::vector<FoundResource> resources;
  std::uint64_t left_out = 0;  // beyond the limit of one message
  FERRY_MESSAGE("resource.node_inventory", node, role, resources, left_out)
};

/// Controller to transition node or worker: remove it, whoever made it. Idempotent.
struct RemoveFound {
  std::string kind;
  std::string name;
  std::string bucket = {};  // as it was found
  FERRY_MESSAGE("resource.remove_found", kind, name, bucket)
};

/// A ledger row with what was found of it, or something found that has no row.
struct ResourceView {
  std::string token;  // empty: it carries none that the ledger knows
  std::string kind;
  std::string name;  // of one found thing; empty for a row
  std::string job;
  std::string state;  // of the row: intended, created, releasing, released, abandoned; or ""
  std::string
      finding;       // in_use, kept, leaked, missing, closed, or unknown: perhaps somebody else's
  std::string node;  // where it is
  std::uint64_t bytes = 0;
  std::int64_t since_ms = 0;
  std::string parent = {};      // of a part: the token of its resource, whose row comes before
  std::uint64_t bytes_max = 0;  // of a part: as it was intended; 0: that was not known
  double cost_per_hour = -1;    // by the prices of the cluster file; below 0: not known
  std::string bucket = {};      // of what was found in one other than [bucket]
  FERRY_FIELDS(token, kind, name, job, state, finding, node, bytes, since_ms, parent, bytes_max,
               cost_per_hour, bucket)
};

/// Operator to controller. `leaked_only` leaves out what is in use; `all` adds rows that
/// have ended, the newest limits::closed_resources_listed_max.
struct ListResources {
  bool leaked_only = false;
  bool all = false;
  FERRY_MESSAGE("resource.list", leaked_only, all)
};
struct ResourceList {
  std::vector<ResourceView> resources;
  std::vector<std::string> silent_nodes;  // whose resources could not be looked at
  bool shared_seen = true;                // false: neither could the bucket and the registry
  std::string currency = {};              // of the costs; empty: no prices are known
  FERRY_MESSAGE("resource.list_answer", resources, silent_nodes, shared_seen, currency)
};

/// Operator to controller: removes what carries this token, or has this name. Refused
/// while an unfinished job uses it.
struct ReleaseResource {
  std::string token;
  FERRY_MESSAGE("resource.release", token)
};
/// Operator to controller: ends the ledger row of something that can't be released, so
/// that its job can end without it. Refused unless its release has stalled.
struct AbandonResource {
  std::string token;
  FERRY_MESSAGE("resource.abandon", token)
};

}  // namespace ferry
