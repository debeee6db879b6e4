// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Compares the ledger with what providers have, in both directions. Pure: what to do
// about it is the janitor's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "messages/resource.hpp"
#include "storage/journal.hpp"

namespace ferry {

/// A ledger row and what became of its job.
struct KnownResource {
  StoredResource row;
  std::vector<StoredResource> parts;  // open ones, oldest first
  bool job_ended = false;
  bool job_failed = false;  // it waits for a retry or its end
  bool delivered = false;   // the job has its ENS image, which is the user's from then on
};

/// The role of an inventory of bucket and registry, whichever worker told it.
inline constexpr const char* shared_role = "shared";
/// The node that has or had it; rows of before their intents named one have it once made.
[[nodiscard]] inline const std::string& node_of(const StoredResource& row) {
  return row.node.empty() ? row.provider_id : row.node;
}

/// One look at everything. The nodes were asked after `began_ms` and before the ledger
/// was read, so whatever they have had its intent in this ledger.
struct Look {
  std::vector<NodeInventory> nodes;             // those that answered
  std::map<std::string, KnownResource> ledger;  // by token: open rows, and those of found things
  std::int64_t began_ms = 0;
  std::vector<StoredResource> closed = {};  // rows that have ended, if they are asked for
};

namespace finding {
inline constexpr const char* in_use = "in_use";
/// A job in error keeps it, at the user's cost, for a retry (F102).
inline constexpr const char* kept = "kept";
/// Its job has ended, or it was released: it has to go.
inline constexpr const char* leaked = "leaked";
/// It was made, nobody released it, and its node has it no more (F19).
inline constexpr const char* missing = "missing";
/// Only the row is left; nothing has to be removed.
inline constexpr const char* gone = "gone";
/// Its row has ended: it was released, or an operator gave it up.
inline constexpr const char* closed = "closed";
/// The ledger has never heard of it: nobody removes it but a person.
inline constexpr const char* unknown = "unknown";
}  // namespace finding

/// Whether an unfinished job has it.
[[nodiscard]] bool is_used(std::string_view finding);

/// Everything temporary: rows that are open, each with its parts behind it, found things that
/// belong to no open row, and `closed` at the end.
[[nodiscard]] std::vector<ResourceView> check_resources(const Look& look);

}  // namespace ferry
