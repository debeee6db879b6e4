// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// What is known of a job when something went wrong: the log lines that its nodes have kept, and
// one file with all of it for whoever is to help (docs/diagnostics.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"

namespace ferry {

/// Controller to node: what do you run on, and what does your log say of a span of time? Spans are
/// counted back from now, so that the clocks of the two need not agree.
struct GetLog {
  std::int64_t from_ago_ms = 0;
  std::int64_t until_ago_ms = 0;
  std::int64_t after_ms = 0;  // only later ones, by the node's own clock; 0: all of the span
  bool lines_wanted = true;   // false: the job's user wants none of them to be told
  FERRY_MESSAGE("log.get", from_ago_ms, until_ago_ms, after_ms, lines_wanted)
};
struct NodeLog {
  std::string node;
  std::string role;
  std::string version;  // of the program
  std::uint32_t protocol = 0;
  std::string os;  // as its os-release names it
  std::string kernel;
  std::string machine;               // x86_64
  std::int64_t now_ms = 0;           // the node's clock
  std::string refused;               // why there are no lines; empty: there may be some
  std::vector<char> packed;          // zstd, without secrets; at most limits::log_packed_bytes_max
  std::uint64_t bytes = 0;           // of the lines, unpacked; at most limits::log_bytes_max
  std::uint64_t bytes_left_out = 0;  // of older lines of the span
  std::int64_t last_ms = 0;          // the time of the last line; 0: there is none
  FERRY_MESSAGE("log.node", node, role, version, protocol, os, kernel, machine, now_ms, refused,
                packed, bytes, bytes_left_out, last_ms)
};

/// Makes a file of all that is known of a job, without secrets. It can be fetched for
/// limits::bundle_kept. Errors: not_found; too_many_requests while others are being made.
struct MakeDiagnostics {
  std::string job;
  FERRY_MESSAGE("diagnostics.make", job)
};
struct DiagnosticsMade {
  std::string bundle;  // d-...
  std::string file;    // the name that it should have
  std::uint64_t bytes = 0;
  std::string sha256;                   // hex
  std::vector<std::string> notes = {};  // what is not in it, and why
  FERRY_MESSAGE("diagnostics.made", bundle, file, bytes, sha256, notes)
};
/// At most limits::bundle_part_bytes of it. not_found once it is not kept any more.
struct GetDiagnosticsPart {
  std::string bundle;
  std::uint64_t offset = 0;
  FERRY_MESSAGE("diagnostics.get_part", bundle, offset)
};
struct DiagnosticsPart {
  std::uint64_t offset = 0;
  std::vector<char> data;  // empty: there is no more
  FERRY_MESSAGE("diagnostics.part", offset, data)
};

}  // namespace ferry
