// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The audit log: every change that was asked for, over the console's API, the message bus, the
// SMC-compatible endpoint or the command line, by whom, and what came of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "messages/record.hpp"

namespace ferry {

struct AuditEntry {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;  // when it was asked for; durable before anything is done
  std::string who;         // access key; of the command line: "root", who alone can read its key
  std::string role;        // that it had then
  std::string from;        // address of the client; "command line"
  std::string action;      // "pauseJob", as the API's document names it; "smc PauseReplicationJob"
  std::string subject;     // what it was about: the path below /api/v1, or its id
  std::string outcome;     // done, or FERRY-nnnn and why not; empty: the controller ended meanwhile
  std::int64_t ended_ms = 0;
  FERRY_FIELDS(seq, at_ms, who, role, from, action, subject, outcome, ended_ms)
};
/// Newest first.
struct ListAudit {
  std::uint64_t before_seq = 0;  // older ones than this; 0: from the newest
  std::uint32_t limit = limits::audit_listed_max;
  FERRY_MESSAGE("audit.list", before_seq, limit)
};
struct AuditList {
  std::vector<AuditEntry> entries;
  FERRY_MESSAGE("audit.list_answer", entries)
};

}  // namespace ferry
