// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The actions of the SMC API of 2019-06-01: each takes the parameters of a request apart, asks the
// controller by the messages that an operator's command sends, and tells its answer in the API's
// form. Which there are is one table in actions.cpp.
#pragma once

#include <string_view>

#include "config/cluster_config.hpp"
#include "http/controller_link.hpp"
#include "http/json.hpp"
#include "smc/api_error.hpp"
#include "smc/parameters.hpp"

namespace ferry {

inline constexpr std::string_view smc_version = "2019-06-01";

/// What an action works with.
struct Call {
  const Parameters& parameters;
  const ControllerLink& controller;
  const ClusterConfig& config;
};

/// Answers the members of the answer's object, without RequestId.
using RunAction = ApiResult<Json> (*)(const Call&);

struct Action {
  std::string_view name;
  bool changes = true;  // false: a read-only key may call it
  RunAction run = nullptr;
};

/// Null if there is no such action.
[[nodiscard]] const Action* find_action(std::string_view name);

// -- access_tokens.cpp --------------------------------------------------------------------
ApiResult<Json> create_access_token(const Call& call);
ApiResult<Json> list_access_tokens(const Call& call);
ApiResult<Json> disable_access_token(const Call& call);
ApiResult<Json> delete_access_token(const Call& call);

// -- source_servers.cpp -------------------------------------------------------------------
ApiResult<Json> describe_source_servers(const Call& call);
ApiResult<Json> modify_source_server(const Call& call);
ApiResult<Json> delete_source_server(const Call& call);

// -- replication_jobs.cpp, and job_wishes.cpp for the first two ---------------------------
ApiResult<Json> create_replication_job(const Call& call);
ApiResult<Json> modify_replication_job(const Call& call);
ApiResult<Json> describe_replication_jobs(const Call& call);
ApiResult<Json> start_replication_job(const Call& call);
ApiResult<Json> stop_replication_job(const Call& call);
ApiResult<Json> delete_replication_job(const Call& call);
ApiResult<Json> cut_over_replication_job(const Call& call);

// -- workgroups.cpp -----------------------------------------------------------------------
ApiResult<Json> create_workgroup(const Call& call);
ApiResult<Json> describe_workgroups(const Call& call);
ApiResult<Json> modify_workgroup(const Call& call);
ApiResult<Json> associate_source_servers(const Call& call);
ApiResult<Json> disassociate_source_servers(const Call& call);
ApiResult<Json> delete_workgroup(const Call& call);

// -- tags.cpp -----------------------------------------------------------------------------
ApiResult<Json> tag_resources(const Call& call);
ApiResult<Json> untag_resources(const Call& call);
ApiResult<Json> list_tag_resources(const Call& call);

/// What the real service has and this one has not, in words.
ApiResult<Json> cross_zone_migration(const Call& call);

}  // namespace ferry
