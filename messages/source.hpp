// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Activation codes and source servers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "messages/finding.hpp"
#include "messages/inventory.hpp"
#include "messages/tag.hpp"

namespace ferry {

/// Makes an activation code (F33, F34). Quota 1 to 1000, days 1 to 90.
struct CreateActivation {
  std::string name;
  std::uint32_t quota = limits::activation_quota_default;
  std::uint32_t days = limits::activation_days_default;
  std::string description = {};  // at most limits::description_bytes_max
  // That source servers get which register with it (F43); as in SourceView
  std::vector<Tag> tags = {};
  std::string resource_group = {};
  FERRY_MESSAGE("activation.create", name, quota, days, description, tags, resource_group)
};

/// `code` is told here once and never again; only its digest is kept.
struct ActivationCreated {
  std::string id;
  std::string code;
  std::int64_t expires_ms = 0;
  FERRY_MESSAGE("activation.created", id, code, expires_ms)
};

struct ActivationView {
  std::string id;
  std::string name;
  std::uint32_t quota = 0;
  std::uint32_t registered = 0;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
  std::string status;  // activated, disabled, expired or used_up
  std::string description;
  std::uint32_t days = 0;      // that it was made for
  std::vector<Tag> tags = {};  // of servers that register with it
  std::string resource_group = {};
  FERRY_FIELDS(id, name, quota, registered, created_ms, expires_ms, status, description, days, tags,
               resource_group)
};

struct ListActivations {
  std::string id;  // empty: all
  FERRY_MESSAGE("activation.list", id)
};
struct ActivationList {
  std::vector<ActivationView> activations;
  FERRY_MESSAGE("activation.list_answer", activations)
};
/// Registered servers stay; no further server can register with the code.
struct DisableActivation {
  std::string id;
  FERRY_MESSAGE("activation.disable", id)
};
struct DeleteActivation {
  std::string id;
  FERRY_MESSAGE("activation.delete", id)
};

/// The one message that a key without enrolment may send: enrols that key as a
/// new source server. Idempotent per key: the same key gets the same source id
/// and uses the quota once.
struct RegisterSource {
  std::string activation;  // at-...
  std::string secret;
  std::string public_key;  // Z85 text; must be the key of this very link
  std::uint32_t protocol = 0;
  Inventory inventory;
  FERRY_MESSAGE("source.register", activation, secret, public_key, protocol, inventory)
};
struct SourceRegistered {
  std::string source;  // s-...
  FERRY_MESSAGE("source.registered", source)
};

/// The agent's view of its server, after start and whenever asked for; answers LookAgain.
struct ReportInventory {
  std::string source;
  Inventory inventory;
  FERRY_MESSAGE("source.report_inventory", source, inventory)
};

/// Controller to agent: look at everything anew. Answered by ReportInventory.
struct LookAgain {
  bool now = true;
  FERRY_MESSAGE("source.look_again", now)
};

struct SourceView {
  std::string id;
  std::string state;       // Available, InUse, Unavailable or Deleting (smc-api 2.1)
  std::string error_code;  // "SourceServer.Offline" when no heartbeat comes
  std::string job;         // the unfinished job, if any
  std::int64_t created_ms = 0;
  std::int64_t last_seen_ms = 0;
  std::vector<Finding> findings;  // of the newest inventory, critical ones first
  Inventory inventory;
  std::uint32_t warnings = 0;  // among the findings
  std::string name;            // unique if there is one
  std::string description;
  std::vector<Tag> tags = {};
  std::string agent_version = {};   // of the newest heartbeat
  std::string resource_group = {};  // of the user's own; means nothing here
  FERRY_FIELDS(id, state, error_code, job, created_ms, last_seen_ms, findings, inventory, warnings,
               name, description, tags, agent_version, resource_group)
};

/// A list of all tells critical findings only, and leaves the inventories' facts out.
struct ListSources {
  std::string id;  // empty: all
  FERRY_MESSAGE("source.list", id)
};
struct SourceList {
  std::vector<SourceView> sources;
  FERRY_MESSAGE("source.list_answer", sources)
};

/// Changes what users call a source server, in any state. Answers SourceList with this one server.
/// name_taken if another one has the name.
struct ModifySource {
  std::string source;
  std::string name = {};  // 2 to 128 characters; empty: as it is
  bool set_description = false;
  std::string description = {};  // at most limits::description_bytes_max
  TagChange tags = {};
  bool set_resource_group = false;
  std::string resource_group = {};  // at most limits::resource_group_bytes_max
  FERRY_MESSAGE("source.modify", source, name, set_description, description, tags,
                set_resource_group, resource_group)
};
/// Forgets a source server and its key; its agent can register again, as a new one. One that a job
/// has is refused; with `wait` it is Deleting until the job lets it go, and goes then.
struct DeleteSource {
  std::string source;
  bool wait = false;
  FERRY_MESSAGE("source.delete", source, wait)
};

/// Has the agent look again first; answers SourceList with this one server. source_offline if
/// the agent is away, and its error, timeout or unreachable if it can't report.
struct RefreshSource {
  std::string source;
  FERRY_MESSAGE("source.refresh", source)
};

}  // namespace ferry
