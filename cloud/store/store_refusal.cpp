// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/store/store_refusal.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ferry {
namespace {

struct Meaning {
  std::string_view code;  // or the begin of a family of codes
  Errc errc;
  std::string_view fix;
};

constexpr std::string_view other_key =
    "check the id of the access key, and that it is a key of this service";
constexpr std::string_view other_secret =
    "check the secret of the access key, and the region of the bucket in the cluster file";
constexpr std::string_view renew =
    "renew the temporary access key where [credentials] of the cluster file says";
constexpr std::string_view clock =
    "set this machine's clock right: it differs from the service's by more than 15 minutes";
constexpr std::string_view rights =
    "give the access key the rights to put, read, list and remove objects and multipart uploads of "
    "this bucket, and check that region and endpoint are the bucket's own";
constexpr std::string_view place =
    "write the bucket's own region and endpoint into the cluster file";
constexpr std::string_view no_bucket =
    "make the bucket, or correct its name, region and endpoint in the cluster file";
constexpr std::string_view room = "raise the quota of the bucket, or remove what is in it";
constexpr std::string_view busy = "if it stays so, have the bucket's limit of requests raised";
constexpr std::string_view no_advice;

constexpr std::array meanings = std::to_array<Meaning>({
    {"InvalidAccessKeyId", Errc::access_refused, other_key},
    {"SignatureDoesNotMatch", Errc::access_refused, other_secret},
    {"RequestTimeTooSkewed", Errc::access_refused, clock},
    {"AccessDenied", Errc::access_refused, rights},
    {"ExpiredToken", Errc::access_refused, renew},
    {"SecurityTokenExpired", Errc::access_refused, renew},
    {"InvalidToken", Errc::access_refused, renew},
    {"InvalidSecurityToken", Errc::access_refused, renew},

    {"NoSuchBucket", Errc::bucket_unavailable, no_bucket},
    {"InvalidBucketName", Errc::bucket_unavailable, no_bucket},
    {"PermanentRedirect", Errc::bucket_unavailable, place},
    {"AuthorizationHeaderMalformed", Errc::bucket_unavailable, place},
    {"IllegalLocationConstraint", Errc::bucket_unavailable, place},
    {"QuotaExceeded", Errc::bucket_unavailable, room},

    // A part that was damaged on its way, and one that the store doesn't have as it was told.
    {"BadDigest", Errc::transfer_corrupt, no_advice},
    {"InvalidDigest", Errc::transfer_corrupt, no_advice},
    {"XAmzContentSHA256Mismatch", Errc::transfer_corrupt, no_advice},
    {"InvalidPart", Errc::object_corrupt, no_advice},

    {"SlowDown", Errc::no_capacity, busy},
    {"Throttl", Errc::no_capacity, busy},
    {"TooManyRequests", Errc::no_capacity, busy},
    {"RequestLimitExceeded", Errc::no_capacity, busy},
    {"QpsLimitExceeded", Errc::no_capacity, busy},
    {"ServiceUnavailable", Errc::no_capacity, busy},
    {"UploadTrafficRateLimit", Errc::no_capacity, busy},
    {"DownloadTrafficRateLimit", Errc::no_capacity, busy},

    {"InternalError", Errc::unreachable, no_advice},
    {"RequestTimeout", Errc::unreachable, no_advice},
    {"OperationAborted", Errc::unreachable, no_advice},
});

Meaning meaning_of(int status) {
  switch (status) {
    case 401:
    case 403: return {{}, Errc::access_refused, no_advice};
    case 404: return {{}, Errc::object_missing, no_advice};
    case 408: return {{}, Errc::unreachable, no_advice};
    case 429:
    case 503: return {{}, Errc::no_capacity, busy};
    default: break;
  }
  return {{}, status >= 500 ? Errc::unreachable : Errc::bucket_unavailable, no_advice};
}

}  // namespace

Error store_refusal(int status, const StoreError& words, std::string what) {
  const auto known = std::ranges::find_if(
      meanings, [&](const Meaning& one) { return words.code.starts_with(one.code); });
  const auto meaning = known == meanings.end() ? meaning_of(status) : *known;
  return {meaning.errc, std::move(what), std::string{meaning.fix}};
}

}  // namespace ferry
