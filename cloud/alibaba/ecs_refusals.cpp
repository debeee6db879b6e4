// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/alibaba/ecs_refusals.hpp"

#include <algorithm>
#include <array>

namespace ferry {
namespace {

constexpr auto write_role =
    "let ECS write to the bucket: in the RAM console, make the role "
    "AliyunECSImageExportDefaultRole, trusted by ecs.aliyuncs.com, with oss:GetObject, PutObject, "
    "DeleteObject, GetBucketLocation, GetBucketInfo, AbortMultipartUpload, ListMultipartUploads "
    "and "
    "ListParts for the bucket; then run 'edgeferry job retry'";
constexpr auto pay = "settle the account's bill, then run 'edgeferry job retry'";
constexpr auto quota =
    "remove what the account no longer needs, or have the quota raised in the Quota Center; then "
    "run 'edgeferry job retry'";
constexpr auto right_bucket =
    "name a bucket of the region in which machines are rented, then run 'edgeferry job retry'";
constexpr auto cannot_export =
    "ECS does not export such an image: have edgeferry make the image itself";
constexpr auto touched =
    "leave the temporary images and snapshots of a migration alone, and run 'edgeferry job retry'";

struct Rule {
  std::string_view code;  // or how it begins
  Errc error;
  const char* fix;
};

/// The first that fits counts.
constexpr auto rules = std::to_array<Rule>({
    {"NoSetRoletoECSServiceAcount", Errc::access_refused, write_role},
    {"InvalidOSS.NotAuthorized", Errc::access_refused, write_role},
    {"EntityNotExist.Role", Errc::access_refused, write_role},
    {"InvalidUser.PassRoleForbidden", Errc::access_refused,
     "allow the access key's user ram:PassRole for AliyunECSImageExportDefaultRole, then run "
     "'edgeferry job retry'"},
    {"Forbidden", Errc::access_refused,
     "allow the access key's user snapshots, images and tasks of ECS (ecs:CreateSnapshot, "
     "CreateImage, ExportImage, their Describe and Delete actions, ecs:CancelTask), then run "
     "'edgeferry job retry'"},
    {"UserNotInTheWhiteList", Errc::access_refused,
     "have Alibaba Cloud's support allow the account the export of images"},
    {"WeeklyQuotaExceed", Errc::service_refused,
     "have the weekly quota of exports raised in the Quota Center, or run 'edgeferry job retry' "
     "next week"},
    {"QuotaExceed", Errc::service_refused, quota},
    {"InvalidAccountStatus.SnapshotServiceUnavailable", Errc::service_refused,
     "activate snapshots in the ECS console, then run 'edgeferry job retry'"},
    {"InvalidAccountStatus", Errc::service_refused, pay},
    {"Account.Arrearage", Errc::service_refused, pay},
    {"RealNameAuthenticationError", Errc::service_refused,
     "have the account's real name verified, then run 'edgeferry job retry'"},
    {"InvalidOSSBucket.EncryptUnsupported", Errc::bucket_unavailable,
     "switch the bucket's encryption off or name another one, then run 'edgeferry job retry'"},
    {"InvalidOSSBucket", Errc::bucket_unavailable, right_bucket},
    {"InvalidImage.DiskAmountOrSize", Errc::image_too_large,
     "an export takes at most 4 data disks of at most 500 GiB: leave data disks out"},
    {"InvalidRegion.NotSupport", Errc::service_refused, cannot_export},
    {"InvalidImageCategory.NotSupported", Errc::service_refused, cannot_export},
    {"ImageNotSupported", Errc::service_refused, cannot_export},
    {"ExportImageFailed", Errc::image_failed, "run 'edgeferry job retry'"},
    {"InvalidDiskId.NotFound", Errc::instance_gone, ""},
    {"InvalidSnapshotId.NotFound", Errc::image_failed, touched},
    {"InvalidImageId.NotFound", Errc::image_failed, touched},
    {"Idempoten", Errc::token_reused, ""},
});

/// nullptr: of a code that says nothing special here.
const Rule* find_rule(std::string_view code) {
  const auto* rule =
      std::ranges::find_if(rules, [code](const Rule& one) { return code.starts_with(one.code); });
  return rule == rules.end() ? nullptr : rule;
}

}  // namespace

bool passes_by_itself(std::string_view code) {
  constexpr auto codes = std::to_array<std::string_view>(
      {"IdempotentProcessing", "TOKEN_PROCESSING", "LastTokenProcessing",
       "OperationDenied.CreatingConflict", "IncorrectDiskStatus", "IncorrectSnapshotStatus",
       "IncorrectImageStatus", "ImageIsExporting", "SnapshotCreatedImage",
       "InvalidTaskId.IncorrectTaskStatus", "CancelTaskFailed",
       "ConcurrentQuotaExceed.ExportImage"});
  return std::ranges::any_of(codes,
                             [code](std::string_view start) { return code.starts_with(start); });
}

Error refusal_error(std::string_view code, const std::string& what) {
  const auto* rule = find_rule(code);
  if (rule == nullptr) return {Errc::image_failed, what, "run 'edgeferry job retry'"};
  return {rule->error, what, rule->fix};
}

Error refusal_error(const RpcError& refused) {
  const auto* rule = find_rule(refused.code);
  if (rule == nullptr) return refused.error;
  return {rule->error, refused.error.what, rule->fix};
}

}  // namespace ferry
