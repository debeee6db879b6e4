// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// Instances of ECS that become source servers without anybody logging in to them (F31, F39 to F44):
// Cloud Assistant runs the command on each that people would run themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "messages/record.hpp"
#include "messages/tag.hpp"

namespace ferry {

struct EcsInstance {
  std::string id;  // i-...
  std::string name;
  std::string status;  // Running, Stopped, ... in the service's own words
  std::string zone;
  std::string os;  // as the service names it
  std::string private_address;
  std::string public_address;  // empty: it has none
  bool assistant = false;      // Cloud Assistant runs there
  std::string source = {};     // s-..., if it was imported
  std::string import = {};     // ei-..., if it is being imported
  std::string obstacle = {};   // why it can't be imported now, and what to do; empty: it can
  FERRY_FIELDS(id, name, status, zone, os, private_address, public_address, assistant, source,
               import, obstacle)
};

/// Operator to controller. Errors: config_conflict where the cluster file names no account of the
/// cloud; access_refused with the policy that is missing (F40); no_capacity without a worker.
struct ListEcsInstances {
  std::string region = {};  // empty: that of the cluster file
  std::string search = {};  // of the id, name or an address (F41); empty: all
  FERRY_MESSAGE("ecs.list_instances", region, search)
};
struct EcsInstanceList {
  std::string region;
  std::vector<EcsInstance> instances;  // by id
  std::uint64_t left_out = 0;          // beyond limits::ecs_instances_max
  FERRY_MESSAGE("ecs.instance_list", region, instances, left_out)
};

/// Controller to worker: the same. Idempotent by `look`: answered at once, repeated until it is
/// done.
struct FindInstances {
  std::string look;
  std::string region;
  std::string search = {};
  std::vector<std::string> instances = {};  // only these; empty: all that fit `search`
  FERRY_MESSAGE("ecs.find_instances", look, region, search, instances)
};
struct InstancesFound {
  std::string look;
  std::string state;  // running, done or failed
  std::vector<EcsInstance> instances = {};
  std::uint64_t left_out = 0;
  std::uint16_t error_code = 0;
  std::string error = {};
  std::string fix = {};
  FERRY_MESSAGE("ecs.instances_found", look, state, instances, left_out, error_code, error, fix)
};

/// Controller to worker: a script on an instance, as root. Idempotent by `token`, which the service
/// is given as well: it runs once, whoever asks for it again. Answered at once, repeated until it
/// is final.
struct EnsureCommand {
  std::string token;
  std::string region;
  std::string instance;
  std::string script;
  std::uint32_t timeout_s = 0;
  std::string invocation = {};  // if it is known to run; then it is only looked at
  FERRY_MESSAGE("ecs.ensure_command", token, region, instance, script, timeout_s, invocation)
};
/// Controller to worker: ends it, if it still runs. Answered like EnsureCommand.
struct StopCommand {
  std::string token;
  std::string region;
  std::string instance;
  std::string invocation;
  FERRY_MESSAGE("ecs.stop_command", token, region, instance, invocation)
};
struct CommandStatus {
  std::string token;
  std::string state;            // running, done (the script ended well), failed or stopped
  std::string invocation = {};  // t-..., once the service has it
  std::string output = {};      // the end of what it wrote
  std::uint16_t error_code = 0;
  std::string error = {};
  std::string fix = {};
  FERRY_MESSAGE("ecs.command_status", token, state, invocation, output, error_code, error, fix)
};

/// Begins an import, durably; answers EcsImportView. Idempotent by `client_token`, if there is one.
/// Errors: config_conflict, agent_archive_missing; invalid_argument; limit_exceeded.
struct CreateEcsImport {
  std::string client_token = {};
  std::string region = {};             // empty: that of the cluster file
  std::vector<std::string> instances;  // at most limits::ecs_import_instances_max (F42)
  std::vector<Tag> tags = {};          // of the source servers (F43)
  std::string resource_group = {};     // likewise
  FERRY_MESSAGE("ecs_import.create", client_token, region, instances, tags, resource_group)
};

struct EcsImportItem {
  std::string instance;
  std::string name;  // at the provider, once it is known
  // waiting, running (the assistant has the command), registered (it has a source server, which is
  // not online yet), imported, failed or canceled
  std::string state;
  std::string source;         // s-..., once it is registered
  std::uint32_t attempt = 0;  // from 1; 0: none has begun
  std::string invocation;     // of Cloud Assistant
  std::string output;         // the end of what the command wrote
  std::uint16_t error_code = 0;
  std::string error;
  std::string fix;
  std::int64_t started_ms = 0;  // of this attempt
  std::int64_t changed_ms = 0;
  FERRY_FIELDS(instance, name, state, source, attempt, invocation, output, error_code, error, fix,
               started_ms, changed_ms)
};

struct EcsImportView {
  std::string id;  // ei-...
  std::string region;
  std::string state;  // running, canceling, canceled or done
  std::int64_t created_ms = 0;
  std::int64_t ended_ms = 0;  // 0: it has not
  std::vector<Tag> tags;
  std::string resource_group;
  std::string activation;  // at-..., of the code that its servers register with
  std::vector<EcsImportItem> items;
  std::uint32_t imported = 0;
  std::uint32_t failed = 0;
  FERRY_MESSAGE("ecs_import.view", id, region, state, created_ms, ended_ms, tags, resource_group,
                activation, items, imported, failed)
};

/// not_found for one that isn't there. A list of all leaves `output` out.
struct ListEcsImports {
  std::string id = {};  // empty: all that are kept
  FERRY_MESSAGE("ecs_import.list", id)
};
struct EcsImportList {
  std::vector<EcsImportView> imports;  // newest first
  FERRY_MESSAGE("ecs_import.list_answer", imports)
};

/// Instances that wait are left alone, and commands that run are ended; what is imported stays.
/// Answers EcsImportView. Error: import_wrong_state for one that has ended.
struct CancelEcsImport {
  std::string id;
  FERRY_MESSAGE("ecs_import.cancel", id)
};
/// Begins failed and canceled ones anew. Answers EcsImportView. Error: import_wrong_state if there
/// are none, or while it is being canceled.
struct RetryEcsImport {
  std::string id;
  std::vector<std::string> instances = {};  // empty: all of them
  FERRY_MESSAGE("ecs_import.retry", id, instances)
};

}  // namespace ferry
