// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What this process counts while it works, because nobody can look it up later: from its start,
// and any thread may count. What labels are made of is bounded by who calls: names out of our own
// tables, never words of users.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace ferry::counted {

/// The database has made changes durable, or could not: how long that took.
void commit(std::int64_t us, bool done);

/// An HTTP request was answered. `server`: "console"; `route`: of its table, or why there is none.
void http_request(std::string_view server, std::string_view route, int status, std::int64_t us);
/// One more connection waits for a thread of this server, or (-1) one less.
void http_waiting(std::string_view server, int change);

/// A change over the console's API, that the audit log has.
void audited_change(bool done);

/// Bytes of disks that an agent has told of, since it told before.
struct CopiedBytes {
  std::uint64_t sent = 0;     // uncompressed, resent ones included
  std::uint64_t resent = 0;   // by a second pass or a later one
  std::uint64_t skipped = 0;  // free, zero or equal
  std::uint64_t wire = 0;     // that went over the network for it
};
void copied(const CopiedBytes& bytes);

/// Actors that have failed, and were or will be started again. Those of other processes are told
/// again if an answer was lost.
void actor_failures(std::string_view role, std::size_t count);

/// What the janitor's look at `wall_ms` has found: how many resources by finding.
void resources_found(const std::map<std::string, std::size_t>& by_finding, std::int64_t wall_ms);

}  // namespace ferry::counted
