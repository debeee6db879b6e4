// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "smc/api_error.hpp"

namespace ferry {
namespace {

std::string with_fix(const Error& error) {
  const auto fix = std::string{remedy(error)};
  return code_text(error.code) + " " + error.what + (fix.empty() ? "" : ". Fix: " + fix);
}

}  // namespace

const Subject about_tokens{"InvalidAccessTokenId.NotFound", "AccessTokenName.Duplicate",
                           "The specified access token name already exists."};
const Subject about_sources{"InvalidSourceId.NotFound", "SourceServerName.Duplicate",
                            "The specified source server name already exists."};
const Subject about_jobs{"InvalidJobId.NotFound", "ReplicationJobName.Duplicate",
                         "The specified replication job name already exists."};
const Subject about_workgroups{"InvalidWorkgroupId.NotFound", "WorkgroupName.Duplicate",
                               "The specified workgroup name already exists."};

tl::unexpected<ApiError> missing(const std::string& parameter) {
  return refuse(400, "Missing" + parameter, parameter + " is mandatory for this action.");
}

tl::unexpected<ApiError> invalid(const std::string& parameter, const std::string& why) {
  return refuse(
      400, "Invalid" + parameter,
      "Specified parameter " + parameter + " is not valid." + (why.empty() ? "" : " " + why));
}

ApiError api_error(const Error& error, const Subject& subject) {
  switch (error.code) {
    case Errc::not_found: return {404, std::string{subject.unknown_code}, error.what};
    case Errc::job_wrong_status: return {400, "ReplicationJob.InvalidStatus", error.what};
    case Errc::job_wrong_business_status:
      return {400, "ReplicationJob.InvalidBusinessStatus", error.what};
    case Errc::source_wrong_state: return {400, "SourceServerState.Invalid", error.what};
    case Errc::name_taken:
      return {400, std::string{subject.name_taken}, std::string{subject.name_taken_text}};
    case Errc::token_reused: return {400, "IdempotenceParamNotMatch", error.what};
    case Errc::image_name_used: return {400, "ImageName.UsedByReplicationJob", error.what};
    case Errc::in_another_workgroup:
      return {400, "SourceServer.InAnotherWorkgroup", with_fix(error)};
    case Errc::workgroup_not_empty: return {400, "Workgroup.NotEmpty", with_fix(error)};
    case Errc::source_unsupported:
    case Errc::source_not_ready: return {400, "SourceServer.NotReady", with_fix(error)};
    case Errc::invalid_argument:
    case Errc::limit_exceeded: return {400, "InvalidParameter", with_fix(error)};
    case Errc::timeout:
    case Errc::unreachable:
    case Errc::no_capacity:
      return {503, "ServiceUnavailable",
              "The request has failed due to a temporary failure of the server."};
    case Errc::storage_failed:
    case Errc::storage_damaged:
    case Errc::internal:
      return {500, "InternalError",
              "An error occurred while processing your request. Please try again. If the problem "
              "still exists, please submit a ticket."};
    default: return {400, "OperationDenied", with_fix(error)};
  }
}

}  // namespace ferry
