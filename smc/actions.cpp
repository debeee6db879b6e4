// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/actions.hpp"

#include <algorithm>
#include <array>

namespace ferry {
namespace {

constexpr std::array actions{
    Action{"CreateAccessToken", true, create_access_token},
    Action{"ListAccessTokens", false, list_access_tokens},
    Action{"DisableAccessToken", true, disable_access_token},
    Action{"DeleteAccessToken", true, delete_access_token},
    Action{"DescribeSourceServers", false, describe_source_servers},
    Action{"ModifySourceServerAttribute", true, modify_source_server},
    Action{"DeleteSourceServer", true, delete_source_server},
    Action{"CreateReplicationJob", true, create_replication_job},
    Action{"DescribeReplicationJobs", false, describe_replication_jobs},
    Action{"ModifyReplicationJobAttribute", true, modify_replication_job},
    Action{"StartReplicationJob", true, start_replication_job},
    Action{"StopReplicationJob", true, stop_replication_job},
    Action{"DeleteReplicationJob", true, delete_replication_job},
    Action{"CutOverReplicationJob", true, cut_over_replication_job},
    Action{"CreateWorkgroup", true, create_workgroup},
    Action{"DescribeWorkgroups", false, describe_workgroups},
    Action{"ModifyWorkgroupAttribute", true, modify_workgroup},
    Action{"AssociateSourceServers", true, associate_source_servers},
    Action{"DisassociateSourceServers", true, disassociate_source_servers},
    Action{"DeleteWorkgroup", true, delete_workgroup},
    Action{"TagResources", true, tag_resources},
    Action{"UntagResources", true, untag_resources},
    Action{"ListTagResources", false, list_tag_resources},
    Action{"CreateCrossZoneMigrationJob", true, cross_zone_migration},
};

}  // namespace

const Action* find_action(std::string_view name) {
  const auto found = std::ranges::find(actions, name, &Action::name);
  return found == actions.end() ? nullptr : found;
}

ApiResult<Json> cross_zone_migration(const Call&) {
  return refuse(400, "OperationDenied.NotSupported",
                "Instances are not moved between zones here: this service makes ENS images of "
                "source servers.");
}

}  // namespace ferry
